def check(*a): return True
