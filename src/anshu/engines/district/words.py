"""The vocabulary from which invented Chinese names and addresses are made; none names a real district."""

DISTRICT_CODE = "990101"
DISTRICT_NAME = "安澜区"

STREET_NAMES = (
    "青石街道", "望潮街道", "云溪街道", "松岭街道", "鹭洲街道", "长桥街道", "红棉街道", "明湖街道",
)  # fmt: skip

RESERVOIR_NAMES = ("松岭水库", "望云水库", "红棉水库", "小鹭水库")

_PLACE_FIRST = "青云松鹭桥棉湖石竹梅潮荷"
_PLACE_SECOND = "塘岗围坑洲埔"
COMMUNITY_NAMES = tuple(first + second for second in _PLACE_SECOND for first in _PLACE_FIRST)

_ROAD_FIRST = "安澜文德景和福兴华龙凤翠平新锦学宝泰"
_ROAD_SECOND = "宁晖昌秀苑康"
ROAD_STEMS = tuple(first + second for second in _ROAD_SECOND for first in _ROAD_FIRST)

LANDMARKS = (
    "地铁站", "实验学校", "中心小学", "人民医院", "农贸市场", "工业园", "文化广场", "立交桥", "加油站",
    "公交总站", "体育公园", "花园小区", "商业广场", "污水泵站", "铁路桥", "旧村", "科技园", "物流园",
)  # fmt: skip

SHELTER_BUILDINGS = ("实验学校", "中心小学", "文体中心", "体育馆", "党群服务中心", "老年人活动中心", "综合服务大楼")

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任"
    "姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严覃武莫孔向汤"
)
GIVEN_FIRST = "志建文晓明国海春秋永俊丽雅思雨子家嘉泽宏伟立振淑美玉秀欣佳梓浩宇启德"
GIVEN_SECOND = "强华军平芳敏静杰涛磊洋艳勇娟刚琴斌玲辉凯婷鹏颖波宁翔琳峰健霞成瑜"

FIRM_FIRST = "恒宏鑫泰盛瑞华润德广顺昌和兴隆嘉利永达金裕富源荣安同永"
FIRM_SECOND = "远达成业丰通信诚源泰祥康盛发辉旺宇腾科创联捷美佳新"

# Class of GB/T 4754-2017, sector that supervises it, ending of the name, weight, usual staff.
INDUSTRIES: tuple[tuple[str, str, str, float, int], ...] = (
    ("6210", "restaurants", "餐饮店", 16.0, 6),
    ("5213", "retail", "便利店", 14.0, 3),
    ("5299", "retail", "商行", 10.0, 3),
    ("3351", "metalworking", "五金制品厂", 7.0, 28),
    ("2929", "plastics", "塑胶制品有限公司", 5.0, 45),
    ("3982", "electronics", "电子有限公司", 7.0, 90),
    ("3841", "lithium_batteries", "锂电池有限公司", 0.8, 160),
    ("2110", "woodworking", "木业家具厂", 2.5, 30),
    ("1819", "garments", "服装厂", 4.0, 35),
    ("2319", "printing", "印刷有限公司", 2.0, 40),
    ("5990", "warehousing", "仓储物流有限公司", 3.0, 25),
    ("6110", "hotels", "酒店", 2.0, 30),
    ("8391", "education", "培训中心", 3.0, 12),
    ("8111", "vehicle_repair", "汽车维修厂", 4.0, 9),
    ("9013", "entertainment", "网咖", 1.5, 6),
    ("5265", "fuel", "加油站", 0.3, 12),
    ("4511", "gas", "燃气供应站", 0.2, 15),
    ("2641", "hazardous_chemicals", "涂料有限公司", 0.4, 50),
    ("3360", "metal_finishing", "表面处理厂", 1.0, 40),
    ("8425", "medical", "门诊部", 2.3, 14),
)
