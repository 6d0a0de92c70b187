"""Numbers that states give to people, with the checks that their issuers publish."""
