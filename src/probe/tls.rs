//! TLS: whom to trust, and until when certificates last.
//!
//! Certificates are verified as the platform does it, with the authorities of the settings beside its own. Whatever was
//! trusted is looked at once more for its end: each handshake that is made anyway tells how long the host is well, and no
//! connection is made for it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::host_book::HostBook;
use super::settings::Settings;

/// No certificate lasts longer than this from today.
const FOR_EVER: Duration = Duration::from_hours(24 * 365 * 100);

/// The client's side of TLS. `rootless` says that this machine knows no authorities of its own.
pub(crate) fn config(settings: &Settings, rootless: bool) -> Result<ClientConfig, String> {
    // Whoever embeds this library may have chosen a provider already; then theirs is used.
    drop(rustls::crypto::ring::default_provider().install_default());
    let provider = CryptoProvider::get_default().cloned();
    let provider = provider.unwrap_or_else(|| Arc::new(rustls::crypto::ring::default_provider()));
    let inner = verifier(&roots(&settings.extra_roots)?, &provider, rootless).map_err(|error| error.to_string())?;
    let book = settings.book.clone();
    let witness = Witness { inner, insecure: settings.insecure, book, provider: Arc::clone(&provider) };
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| error.to_string())?;
    let mut config = builder.dangerous().with_custom_certificate_verifier(Arc::new(witness)).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The certificates of a PEM file.
fn roots(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    if pem.is_empty() {
        return Ok(Vec::new());
    }
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = certificates.map_err(|error| format!("the extra certificates are damaged: {error}"))?;
    let mut store = RootCertStore::empty();
    for certificate in &certificates {
        store.add(certificate.clone()).map_err(|error| format!("an extra certificate is damaged: {error}"))?;
    }
    if certificates.is_empty() {
        return Err("the extra certificates are no PEM: there is no `-----BEGIN CERTIFICATE-----`".to_owned());
    }
    Ok(certificates)
}

/// What decides; `None` where nobody is trusted.
fn verifier(
    extra: &[CertificateDer<'static>],
    provider: &Arc<CryptoProvider>,
    rootless: bool,
) -> Result<Option<Arc<dyn ServerCertVerifier>>, Error> {
    if !rootless {
        let provider = Arc::clone(provider);
        let verifier = if extra.is_empty() {
            rustls_platform_verifier::Verifier::new(provider)?
        } else {
            rustls_platform_verifier::Verifier::new_with_extra_roots(extra.iter().cloned(), provider)?
        };
        return Ok(Some(Arc::new(verifier)));
    }
    if extra.is_empty() {
        return Ok(None);
    }
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(extra.iter().cloned());
    let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider));
    let verifier = builder.build().map_err(|error| Error::General(error.to_string()))?;
    Ok(Some(verifier))
}

/// Verifies as another does, and writes down how long what it trusted lasts.
#[derive(Debug)]
struct Witness {
    inner: Option<Arc<dyn ServerCertVerifier>>,
    /// Trusts everything.
    insecure: bool,
    book: HostBook,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if !self.insecure {
            let nobody = Error::InvalidCertificate(CertificateError::UnknownIssuer);
            let inner = self.inner.as_ref().ok_or(nobody)?;
            inner.verify_server_cert(certificate, intermediates, name, ocsp, now)?;
        }
        if let Some(end) = end_of(certificate, &self.provider, now) {
            self.book.note_certificate(&name.to_str(), end, Timestamp::now());
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// When a certificate ends.
///
/// No parser of certificates tells it, but the verifier does: it complains first of a certificate that will have ended by
/// the time that it is asked about, before it looks for an authority.
fn end_of(certificate: &CertificateDer<'_>, provider: &CryptoProvider, now: UnixTime) -> Option<Timestamp> {
    let certificate = webpki::EndEntityCert::try_from(certificate).ok()?;
    let later = UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()).saturating_add(FOR_EVER));
    let algorithms = provider.signature_verification_algorithms.all;
    let usage = webpki::KeyUsage::server_auth();
    match certificate.verify_for_usage(algorithms, &[], &[], later, usage, None, None) {
        Err(webpki::Error::CertExpired { not_after, .. }) => {
            Timestamp::from_second(i64::try_from(not_after.as_secs()).ok()?).ok()
        }
        _ => None,
    }
}
