"""The AWS collectors, against moto and against faults."""
