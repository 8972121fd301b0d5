"""钥匙柜: who has the key of which car. Owns the keys of the cabinet; knows nothing of leads."""
