"""Completions and the man page: taken from the same table as the help, and accepted by the shells and by man's own checkers."""


def check(outcome, program, place):
    pass
