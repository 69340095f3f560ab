"""合规检查: evaluating the checks of a case or of all, telling the cases, rulings and waivers."""
