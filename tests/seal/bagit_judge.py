"""What Python's bagit says of bags: reads a folder a line, writes `valid` or `invalid` a line.

With `make FOLDER` it makes a bag of the folder in place instead.
"""
import logging
import sys

import bagit

logging.disable(logging.CRITICAL)

if sys.argv[1:2] == ["make"]:
    bagit.make_bag(sys.argv[2], {"Source-Organization": "厦门日报"})
    sys.exit()

for line in sys.stdin:
    try:
        bagit.Bag(line.rstrip("\n")).validate()
        print("valid")
    except (bagit.BagError, OSError, UnicodeError):
        print("invalid")
