/** Stands for packages that do nothing for what is synthesised. */
