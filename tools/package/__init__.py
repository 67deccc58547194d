"""What `make package` is made of; docs/releasing.md tells how it goes together."""
