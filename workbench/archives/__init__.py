"""Open tars, zips, folders, compressed files and plain files as a sequence of members.

`listing.expand` turns the paths of the command line into archives. `listing.members` lists the
members of one archive. A `Member` opens and decompresses its own bytes. Nothing is unpacked to
disk, except large members of a compressed stream. `places` opens paths and remote files alike.
"""
