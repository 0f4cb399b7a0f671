"""The county units that the plan makes responsible, and the two collectives it names."""

from partners.network.models import DepartmentKind as K

# code, Chinese name as printed, English name, kind
DEPARTMENTS: tuple[tuple[str, str, str, str], ...] = (
    ("minzheng", "县民政局", "County Civil Affairs Bureau", K.GOVERNMENT),
    ("tuiyi", "县退役军人事务局", "County Veterans Affairs Bureau", K.GOVERNMENT),
    ("caizheng", "县财政局", "County Finance Bureau", K.GOVERNMENT),
    ("fagai", "县发改局", "County Development and Reform Bureau", K.GOVERNMENT),
    ("yibao", "县医保局", "County Healthcare Security Bureau", K.GOVERNMENT),
    ("weijian", "县卫健局", "County Health Bureau", K.GOVERNMENT),
    ("jiaoyu", "县教育局", "County Education Bureau", K.GOVERNMENT),
    ("zhujian", "县住建局", "County Housing and Construction Bureau", K.GOVERNMENT),
    ("renshe", "县人社局", "County Human Resources and Social Security Bureau", K.GOVERNMENT),
    ("yingji", "县应急局", "County Emergency Management Bureau", K.GOVERNMENT),
    ("gongan", "县公安局", "County Public Security Bureau", K.GOVERNMENT),
    ("sifa", "县司法局", "County Justice Bureau", K.GOVERNMENT),
    ("fayuan", "县法院", "County Court", K.COURT),
    ("canlian", "县残联", "County Disabled Persons' Federation", K.MASS),
    ("shuili", "县水利局", "County Water Bureau", K.GOVERNMENT),
    ("rongmeiti", "县融媒体中心", "County Media Centre", K.INSTITUTION),
    ("gongdian", "县供电公司", "County Power Supply Company", K.ENTERPRISE),
    ("chengguan", "县城管执法局", "County Urban Management Bureau", K.GOVERNMENT),
    ("jiwei", "县纪委监委", "County Discipline and Supervision Commission", K.PARTY),
    ("xiangzhen", "乡镇人民政府", "Township governments", K.COLLECTIVE),
    ("xianzhi", "县直相关单位", "County units concerned", K.COLLECTIVE),
)
