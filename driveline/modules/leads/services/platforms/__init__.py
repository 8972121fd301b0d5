"""汽车平台线索同步 PG-L06: connections, the reading of their messages, push, polling, faulty messages. docs/platforms.md"""
