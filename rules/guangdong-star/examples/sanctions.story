# 例子的预期值出自公开的办法。
# Expected values are those of the published rules.

table: inflated hours bar a person from stars for one to three years
standing                 flags                                day         -> in_force  until
inflated_hours_minor     2024-03-10:inflated_hours_minor      2024-03-09  -> no        -
inflated_hours_minor     2024-03-10:inflated_hours_minor      2024-03-10  -> yes       2025-03-10
inflated_hours_minor     2024-03-10:inflated_hours_minor      2025-03-10  -> yes       2025-03-10
inflated_hours_minor     2024-03-10:inflated_hours_minor      2025-03-11  -> no        -
inflated_hours_serious   2024-03-10:inflated_hours_serious    2026-03-10  -> yes       2026-03-10
inflated_hours_serious   2024-03-10:inflated_hours_serious    2026-03-11  -> no        -
inflated_hours_grave     2024-03-10:inflated_hours_grave      2027-03-10  -> yes       2027-03-10
inflated_hours_grave     2024-03-10:inflated_hours_grave      2027-03-11  -> no        -

table: a sanction of two years blocks a new star until its last day
tier  served            flags                              day         -> level
star  2024-06-01:100h   2024-03-10:inflated_hours_serious  2024-12-31  -> -
star  2024-06-01:100h   2024-03-10:inflated_hours_serious  2026-03-10  -> -
star  2024-06-01:100h   2024-03-10:inflated_hours_serious  2026-03-11  -> one

# 原文未写取消已有星级。 / No withdrawal of a star is stated.
table: a star held before the sanction is kept and does not rise
tier  served                           flags                              day         -> level
star  2023-01-01:100h                  2024-03-10:inflated_hours_serious  2024-12-31  -> one
star  2023-01-01:100h,2024-06-01:200h  2024-03-10:inflated_hours_serious  2026-03-10  -> one
star  2023-01-01:100h,2024-06-01:200h  2024-03-10:inflated_hours_serious  2026-03-11  -> two
