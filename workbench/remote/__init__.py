"""Read and write files in buckets, in repositories of Hugging Face and on web servers.

`addresses` takes an address apart and keeps its secrets out of sight. `files` finds the files that
an address or a glob names, in `stores` (obstore) or on the `hub`. `reader` opens one as a seekable
file. `refusals` explains errors without secrets. Connections, retries and credentials are those of
the libraries. Credentials come from the environment of each process, so a `RemoteFile` can be sent
to another machine.
"""
