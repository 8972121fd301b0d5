"""Believable names: three of ten are 张先生 or 张女士, as leads from platforms are, the others two or three characters."""

from __future__ import annotations

from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文辉力永健世广义兴良海山仁波宁贵福生龙元全胜学祥才发武新利"
    "清飞彬富顺信子昌成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨奇固之轮"
    "翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以家致树炎德行时泰盛雄琛钧冠策腾楠榕风航弘雪琳雯瑶怡婷佳慧颖倩欣悦蕾薇菁梦岚"
    "苑筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒影荔枝思丽秋珊莎锦黛青琼婉娴瑾卓凡皓轩逸睿涵宇嘉俊凯"
)
HONORIFICS = (("先生", "male"), ("女士", "female"))


def full_name(random: Random) -> tuple[str, str]:
    """A name and the gender that is known with it."""
    # The first surnames are the frequent ones: the square of a uniform number bends towards the front.
    surname = SURNAMES[int(random.random() ** 2 * len(SURNAMES))]
    kind = random.random()
    if kind < 0.3:
        word, gender = HONORIFICS[kind < 0.12]
        return surname + word, gender
    first = GIVEN[int(random.random() * len(GIVEN))]
    if kind < 0.5:
        return surname + first, "unknown"
    return surname + first + GIVEN[int(random.random() * len(GIVEN))], "unknown"
