"""What no interchange may exceed, so that a hostile one costs neither memory nor time."""

SEGMENT_LIMIT = 64 * 1024  # bytes; texts are sent in repeated segments, never in one this long
SET_SEGMENTS_LIMIT = 200_000  # of one set; a catalogue of 50,000 items with four segments each
LINES_LIMIT = 50_000  # of one set
DETAILS_LIMIT = 5_000  # of one kind in one line
DEPTH_LIMIT = 32  # of a hierarchy: shipment, order, pallet, carton and item are five
FINDINGS_LIMIT = 500  # told of one set; what is more is counted
HEADER_LIMIT = 512  # bytes of an interchange header, however badly padded
TEXT_LIMIT = 512  # characters of one value that are kept, where the standard allows fewer
KNOWN_LIMIT = 16_384  # segments in the lines of one kind of set that are kept by their text
HEAD_LIMIT = 128  # the same at one place above them, where little comes again
SOUND_LIMIT = 16_384  # texts of one element that are kept with what they say
