"""Access: people, their roles and companies, passwords, sessions and single-use sign-in tickets."""
