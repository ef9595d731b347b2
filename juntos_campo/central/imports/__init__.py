"""Files of other systems: stored, matched to people of the register, compared, told to the laptops."""
