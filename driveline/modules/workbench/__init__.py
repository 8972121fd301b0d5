"""工作台 and 我的提醒: what is to be done today and what has happened. It owns no data: modules register what is shown."""
