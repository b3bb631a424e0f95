story: a tier is reached with the hour that reaches it
pack: market
day 2026-03-02
record   mei  garden   08:00-16:00                         -> 8 points
day + 1
record   mei  garden   08:00-09:59                         -> 119 min
tier     mei  stars    none
record   mei  garden   09:59-10:00                         -> 1 min
tier     mei  stars    bronze
day + 1
record   mei  garden   08:00-13:59                         -> 359 min
tier     mei  stars    bronze
record   mei  garden   14:00-14:01                         -> 1 min
tier     mei  stars    silver

story: a level that was reached by a false record is taken back
pack: market
day 2026-03-02
record   mei  garden   08:00-16:00                         -> 8 points
day + 1
record   mei  garden   08:00-10:00                         -> 2 points
tier     mei  stars    bronze
reverse  mei  garden                                       -> -2 points
tier     mei  stars    none
day + 1
record   mei  garden   08:00-10:00                         -> 2 points
tier     mei  stars    bronze
