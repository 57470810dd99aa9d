using System.Globalization;
using Clew.Facts;
using Clew.Identification;

namespace Clew.Simulation;

/// <summary>A party, its first place, and the name of the system that reports for it.</summary>
public sealed record Organisation(Identity Party, Identity Place, string En, string Zh, PartyRole Role, string Sender);

/// <summary>
/// Chenghong Medical 澄泓医疗 and whom it deals with. All names are invented; GLNs and GTINs have right check digits under the
/// company prefix 6901234, which GS1 China never gives out.
/// </summary>
public sealed class Company
{
    private static readonly (string En, string Zh)[] Cities =
    [
        ("Suzhou", "苏州"), ("Changzhou", "常州"), ("Wuxi", "无锡"), ("Nanjing", "南京"), ("Hangzhou", "杭州"), ("Ningbo", "宁波"), ("Hefei", "合肥"), ("Jinan", "济南"),
        ("Qingdao", "青岛"), ("Wuhan", "武汉"), ("Changsha", "长沙"), ("Chengdu", "成都"), ("Chongqing", "重庆"), ("Xi'an", "西安"), ("Zhengzhou", "郑州"), ("Shenyang", "沈阳"),
        ("Dalian", "大连"), ("Harbin", "哈尔滨"), ("Kunming", "昆明"), ("Guiyang", "贵阳"), ("Nanning", "南宁"), ("Fuzhou", "福州"), ("Xiamen", "厦门"), ("Nanchang", "南昌"),
    ];

    private static readonly (string En, string Zh)[] Wards = [("ICU", "重症监护室"), ("Emergency", "急诊科"), ("Cardiology", "心内科"), ("Surgery", "外科"), ("Paediatrics", "儿科"), ("Oncology", "肿瘤科"), ("Orthopaedics", "骨科")];

    private static readonly (string En, string Zh)[] SupplierNames =
    [
        ("Hengneng Power", "恒能电源"), ("Lanxin Semiconductor", "澜芯半导体"), ("Jinghui Magnetics", "精汇磁材"), ("Ruisu Plastics", "睿塑科技"), ("Mingce Sensors", "明测传感"), ("Tongyuan Keypads", "同元按键"),
        ("Huaguang Display", "华光显示"), ("Antai Titanium", "安泰钛业"), ("Beichen Polymers", "北辰高分子"), ("Sike Fasteners", "斯克紧固件"), ("Weida Tubing", "维达管路"), ("Zhongbao Packaging", "中宝包材"),
    ];

    private int nextGln = 1;

    /// <summary>The company as it is in this tier.</summary>
    public Company(Numbers numbers)
    {
        Maker = Party("Chenghong Medical", "澄泓医疗", PartyRole.Manufacturer, "erp", "Suzhou pump plant", "苏州泵类工厂");
        Implants = Party("Chenghong Implants", "澄泓植入", PartyRole.Manufacturer, "mes-changzhou", "Changzhou implant plant", "常州植入物工厂");
        Export = Party("Chenghong International", "澄泓国际", PartyRole.Manufacturer, "erp", "Shanghai export office", "上海出口部");
        RawStore = Place(Maker.Party, "Suzhou raw-material store", "苏州原料库");
        Line = Place(Maker.Party, "Suzhou assembly line 2", "苏州二号装配线");
        Warehouse = Place(Maker.Party, "Suzhou finished-goods warehouse", "苏州成品库");
        ImplantWarehouse = Place(Implants.Party, "Changzhou sterile warehouse", "常州无菌库");
        ServiceCentre = Place(Maker.Party, "Suzhou service centre", "苏州服务中心");
        Van = Place(Maker.Party, "Service van 3", "三号服务车");
        Carrier = Party("Shunda Logistics", "顺达物流", PartyRole.Carrier, "carrier", "Shunda hub Kunshan", "顺达昆山转运中心");
        Suppliers = [.. SupplierNames.Select((n, i) => Party(n.En, n.Zh, PartyRole.Supplier, "erp", n.En + " works", n.Zh + "厂区"))];
        Distributors = [.. Enumerable.Range(1, 6).Select(i => Party($"{Cities[i + 2].En} Kangda Medical Trade", Cities[i + 2].Zh + "康达医械", PartyRole.Distributor, $"distributor-{i}", $"{Cities[i + 2].En} distribution warehouse", Cities[i + 2].Zh + "配送仓"))];
        Hospitals = [.. Enumerable.Range(1, numbers.Hospitals).Select(i => Party($"{Cities[i - 1].En} First People's Hospital", Cities[i - 1].Zh + "市第一人民医院", PartyRole.User, string.Create(CultureInfo.InvariantCulture, $"hospital-{i:00}"), $"{Cities[i - 1].En} hospital device store", Cities[i - 1].Zh + "市一院设备库"))];
        Departments = [.. Hospitals.Select((h, i) => Wards.Take(6 + (i % 2)).Select(w => Place(h.Party, $"{Cities[i].En} First Hospital, {w.En}", Cities[i].Zh + "市一院" + w.Zh)).ToArray())];

        Cell = Component("CELL-18", "Lithium cell", "锂电芯", 0);
        Chip = Component("CHIP-M4", "Controller chip", "控制芯片", 1);
        Magnet = Component("MAG-12", "Motor magnet", "电机磁体", 2);
        Housing = Component("HSG-100", "Housing", "外壳", 3);
        Sensor = Component("SNS-7", "Pressure sensor", "压力传感器", 4);
        Keypad = Component("KEY-3", "Keypad", "按键面板", 5);
        Titanium = Component("TI-64", "Titanium bar", "钛合金棒", 7);
        Board = Make("BRD-3", "Control board", "控制板", false, [Chip]);
        Power = Make("PWR-7", "Power module", "电源模块", false, [Cell]);
        Motor = Make("MTR-5", "Motor unit", "电机组件", false, [Magnet]);
        InfusionPump = Make("CP-100", "Infusion pump CP-100", "CP-100 输液泵", true, [Power, Motor]);
        SyringePump = Make("SP-20", "Syringe pump SP-20", "SP-20 注射泵", true, [Power, Motor]);
        ImplantModels =
        [
            Make("KN-A", "Knee implant, femoral", "膝关节股骨假体", true, [], Implants), Make("KN-B", "Knee implant, tibial", "膝关节胫骨假体", true, [], Implants), Make("KN-C", "Knee implant, insert", "膝关节垫片", true, [], Implants),
            Make("SC-4", "Screw kit 4 mm", "4 mm 骨螺钉套装", true, [], Implants), Make("SC-6", "Screw kit 6 mm", "6 mm 骨螺钉套装", true, [], Implants),
        ];
    }

    public Organisation Maker { get; }
    public Organisation Implants { get; }
    public Organisation Export { get; }
    public Organisation Carrier { get; }
    public IReadOnlyList<Organisation> Suppliers { get; }
    public IReadOnlyList<Organisation> Distributors { get; }
    public IReadOnlyList<Organisation> Hospitals { get; }

    /// <summary>Of each hospital.</summary>
    public IReadOnlyList<Identity[]> Departments { get; }

    public Identity RawStore { get; }
    public Identity Line { get; }
    public Identity Warehouse { get; }
    public Identity ImplantWarehouse { get; }
    public Identity ServiceCentre { get; }
    public Identity Van { get; }

    public Identity Cell { get; }
    public Identity Chip { get; }
    public Identity Magnet { get; }
    public Identity Housing { get; }
    public Identity Sensor { get; }
    public Identity Keypad { get; }
    public Identity Titanium { get; }
    public Identity Board { get; }
    public Identity Power { get; }
    public Identity Motor { get; }
    public Identity InfusionPump { get; }
    public Identity SyringePump { get; }
    public IReadOnlyList<Identity> ImplantModels { get; }

    /// <summary>Everything that is described, in the order in which it must be said.</summary>
    public List<Description> Descriptions { get; } = [];

    /// <summary>A serial shipping container code: the same for the same number.</summary>
    public static Identity Sscc(long number)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"06901234{number:000000000}");
        return Identity.Read($"gs1:00/{body}{CheckDigit.Of(body)}").Value;
    }

    private Organisation Party(string en, string zh, PartyRole role, string sender, string placeEn, string placeZh)
    {
        var party = Gln("417");
        Descriptions.Add(new PartyDescription(party, en, zh, role, "CN", null));
        return new Organisation(party, Place(party, placeEn, placeZh), en, zh, role, sender);
    }

    private Identity Place(Identity owner, string en, string zh)
    {
        var place = Gln("414");
        Descriptions.Add(new PlaceDescription(place, en, zh, owner, null, null));
        return place;
    }

    private Identity Component(string model, string en, string zh, int supplier) => Product(model, en, zh, false, false, [], Suppliers[supplier].Party);

    private Identity Make(string model, string en, string zh, bool isDevice, Identity[] components, Organisation? maker = null) =>
        Product(model, en, zh, isDevice, isDevice, components, (maker ?? Maker).Party);

    private Identity Product(string model, string en, string zh, bool isDevice, bool needsCertificate, Identity[] components, Identity maker)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"06901234{nextGln++ + 50_000:00000}");
        var product = Identity.Read($"gs1:01/{body}{CheckDigit.Of(body)}").Value;
        Descriptions.Add(new ProductDescription(product, en, zh, model, components, needsCertificate, isDevice, maker));
        return product;
    }

    private Identity Gln(string key)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"6901234{nextGln++:00000}");
        return Identity.Read($"gs1:{key}/{body}{CheckDigit.Of(body)}").Value;
    }
}
