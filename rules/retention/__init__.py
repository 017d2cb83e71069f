"""GM6xx: small things that keep big things alive."""
