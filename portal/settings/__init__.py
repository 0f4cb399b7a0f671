"""Settings: everything in `base`; `dev`, `production` and `test` change little."""
