"""What each application needs, said in the components' terms; nothing here constructs a resource."""
