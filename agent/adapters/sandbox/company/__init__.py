"""The invented company: who it buys from and sells to, what it deals in, and the troubles it has today."""
