"""What a table is like: each column, how columns depend on each other, and what a careful person would look into."""

from datastork.tables.profile.column import ColumnProfile, column_profile
from datastork.tables.profile.remark import Remark
from datastork.tables.profile.table import Profile, profile

__all__ = ["ColumnProfile", "Profile", "Remark", "column_profile", "profile"]
