"""How `auto` chooses: candidates, their score on hidden votes, and the sentences that say why."""
