"""The provider of parcel tracking."""
