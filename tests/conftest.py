"""Makes ``processes``, the module beside it, known to the tests of all folders."""
