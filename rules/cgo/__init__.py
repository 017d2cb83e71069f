"""GM1xx: C memory and C resources that Go code owns and does not give back."""
