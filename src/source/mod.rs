//! Walks the archive and reads its files.
