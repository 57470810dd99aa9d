using System.Globalization;

namespace Clew.Epcis;

/// <summary>An event in plain words, for people who never saw the standard: a label and what it says, in either language.</summary>
public static class EventInWords
{
    /// <summary>Lines of one sort; more of them nobody reads on a page, and the whole event stands beneath.</summary>
    private const int LinesMax = 12;

    /// <summary>Characters of a line.</summary>
    private const int TextMax = 200;

    /// <summary>One line.</summary>
    public sealed record Line(string Label, string Value);

    // @formatter:off
#pragma warning disable IDE0055
    private static readonly (string Type, string Action, string En, string Zh)[] Sorts =
    [
        ("ObjectEvent",         "ADD",     "Things enter the record",            "物品登记"),
        ("ObjectEvent",         "OBSERVE", "Things were seen",                   "物品被观察"),
        ("ObjectEvent",         "DELETE",  "Things end",                         "物品终止"),
        ("AggregationEvent",    "ADD",     "Put together for a time",            "组合(可拆分)"),
        ("AggregationEvent",    "OBSERVE", "Seen together",                      "组合状态被观察"),
        ("AggregationEvent",    "DELETE",  "Taken apart",                        "拆分"),
        ("AssociationEvent",    "ADD",     "Fitted, or tied to a place",         "装配或绑定到地点"),
        ("AssociationEvent",    "OBSERVE", "Seen fitted",                        "装配状态被观察"),
        ("AssociationEvent",    "DELETE",  "Removed",                            "拆除"),
        ("TransactionEvent",    "ADD",     "Tied to business documents",         "关联业务单据"),
        ("TransactionEvent",    "OBSERVE", "Business documents confirmed",       "确认业务单据"),
        ("TransactionEvent",    "DELETE",  "No longer tied to the documents",    "解除业务单据关联"),
        ("TransformationEvent", "",        "Made out of other things",           "转化生成"),
    ];

    // The words of the CBV; in English they speak for themselves.
    private static readonly Dictionary<string, string> Chinese = new(StringComparer.Ordinal)
    {
        ["accepting"] = "验收", ["arriving"] = "到达", ["assembling"] = "组装", ["collecting"] = "收集", ["commissioning"] = "赋码启用", ["consigning"] = "托运", ["creating_class_instance"] = "生产批次",
        ["cycle_counting"] = "循环盘点", ["decommissioning"] = "标识停用", ["departing"] = "发出", ["destroying"] = "销毁", ["disassembling"] = "拆解", ["dispensing"] = "发放使用", ["encoding"] = "写码",
        ["entering_exiting"] = "进出", ["holding"] = "隔离存放", ["inspecting"] = "检验", ["installing"] = "安装", ["killing"] = "标签灭活", ["loading"] = "装载", ["other"] = "其他", ["packing"] = "包装",
        ["picking"] = "拣货", ["receiving"] = "接收", ["removing"] = "移除", ["repackaging"] = "重新包装", ["repairing"] = "维修", ["replacing"] = "更换", ["reserving"] = "预留", ["retail_selling"] = "零售",
        ["sampling"] = "抽样", ["sensor_reporting"] = "传感器上报", ["shipping"] = "发运", ["staging_outbound"] = "待运集货", ["stock_taking"] = "盘点", ["stocking"] = "上架", ["storing"] = "入库存放",
        ["transporting"] = "运输", ["unloading"] = "卸载", ["unpacking"] = "拆包", ["void_shipping"] = "撤销发运",
        ["active"] = "有效", ["available"] = "可用", ["completeness_inferred"] = "完整性推定", ["completeness_verified"] = "完整性已核实", ["conformant"] = "合格", ["container_closed"] = "容器已关闭",
        ["container_open"] = "容器已打开", ["damaged"] = "损坏", ["destroyed"] = "已销毁", ["dispensed"] = "已发放", ["disposed"] = "已处置", ["encoded"] = "已写码", ["expired"] = "过期", ["in_progress"] = "进行中",
        ["in_transit"] = "在途", ["inactive"] = "未启用", ["mismatch_class"] = "品类不符", ["mismatch_instance"] = "单件不符", ["mismatch_quantity"] = "数量不符", ["needs_replacement"] = "需更换",
        ["no_pedigree_match"] = "谱系不符", ["non_conformant"] = "不合格", ["non_sellable_other"] = "不可销售", ["partially_dispensed"] = "部分发放", ["recalled"] = "被召回", ["reserved"] = "已预留",
        ["retail_sold"] = "已零售", ["returned"] = "退回", ["sellable_accessible"] = "可售可取", ["sellable_not_accessible"] = "可售不可取", ["stolen"] = "被盗", ["unavailable"] = "不可用", ["unknown"] = "未知",
        ["Temperature"] = "温度", ["RelativeHumidity"] = "相对湿度", ["AbsoluteHumidity"] = "绝对湿度", ["Acceleration"] = "加速度", ["Pressure"] = "压力", ["Illuminance"] = "照度", ["Mass"] = "质量",
        ["Length"] = "长度", ["Speed"] = "速度", ["Angle"] = "角度", ["Voltage"] = "电压", ["Time"] = "时间", ["Volume"] = "体积", ["Altitude"] = "海拔", ["Count"] = "计数", ["Dimensionless"] = "无量纲",
        ["ALARM_CONDITION"] = "报警", ["ERROR_CONDITION"] = "故障", ["did_not_occur"] = "未发生", ["incorrect_data"] = "数据有误",
    };
#pragma warning restore IDE0055
    // @formatter:on

    /// <summary>What the event says and a fact's own members do not: its sort, step, disposition, sensors, and the sender's own fields.</summary>
    public static IReadOnlyList<Line> Of(EpcisEvent said, bool isChinese)
    {
        var lines = new List<Line>();
        var type = said.Type is EventTypes.Extended or EventTypes.None ? said.TypeName : said.Type.ToString();
        var sort = Array.Find(Sorts, s => s.Type == type && s.Action == (said.Action ?? ""));
        Add("EPCIS", "EPCIS", sort.Type is null ? $"{type} {said.Action}".TrimEnd() : isChinese ? sort.Zh : sort.En);
        Add("Step", "步骤", said.BizStep is { } step ? Word(step, isChinese) : null);
        Add("Disposition", "处置状态", said.Disposition is { } disposition ? Word(disposition, isChinese) : null);
        if (said.Members["persistentDisposition"] is Group persistent)
        {
            Add("From now on", "持续状态开始", Words(persistent.List("set")));
            Add("No longer", "持续状态结束", Words(persistent.List("unset")));
        }

        if (said.ErrorDeclaration is { } declared)
        {
            Add("Does not stand", "声明有误", (declared.Text("reason") is { } reason ? Word(Cbv.ErrorReason.AsWord(reason), isChinese) : "") + " " + declared.Text("declarationTime"));
        }

        foreach (var report in said.Members.List("sensorElementList").OfType<Group>().SelectMany(e => e.List("sensorReport")).OfType<Group>().Take(LinesMax))
        {
            Add("Sensor", "传感器", Report(report, isChinese));
        }

        Add("Certificates", "认证", string.Join(" · ", said.Members.List("certificationInfo").OfType<Text>().Select(t => t.Value)));
        foreach (var member in ((said.Members["ilmd"] as Group)?.Members ?? []).Concat(said.Extensions.Where(m => m.Name.Namespace != FactAsEvent.Namespace)).Take(LinesMax))
        {
            lines.Add(new Line(member.Name.Local.TrimStart('@'), Short(Flat(member.Value))));
        }

        return lines;

        void Add(string en, string zh, string? value)
        {
            if (!string.IsNullOrWhiteSpace(value))
            {
                lines.Add(new Line(isChinese ? zh : en, Short(value)));
            }
        }

        string Words(IReadOnlyList<Node> words) => string.Join(" · ", words.OfType<Text>().Select(w => Word(Cbv.Disposition.AsWord(w.Value), isChinese)));
    }

    /// <summary>A word of the CBV as people say it; of a URI its last part.</summary>
    public static string Word(string word, bool isChinese)
    {
        if (isChinese && Chinese.TryGetValue(word, out var zh))
        {
            return zh;
        }

        var last = word.Contains(':', StringComparison.Ordinal) ? Uri.UnescapeDataString(word[(word.TrimEnd('/').LastIndexOfAny([':', '/', '#']) + 1)..].TrimEnd('/')) : word;
        last = last.Replace('_', ' ');
        return last.Length == 0 ? word : string.Create(CultureInfo.InvariantCulture, $"{char.ToUpperInvariant(last[0])}{last[1..]}");
    }

    // Temperature 26.0 CEL (min 24.1, max 27.3) alarm condition
    private static string Report(Group report, bool isChinese)
    {
        var type = Cbv.Measurement.AsWord(report.Text("type") ?? "");
        string[] parts =
        [
            type.Length == 0 ? "" : Word(type, isChinese), report.Text("component") ?? "",
            Flat(report["value"] ?? report["stringValue"] ?? report["booleanValue"] ?? report["hexBinaryValue"] ?? report["uriValue"] ?? report["percValue"]), report.Text("uom") ?? "",
            string.Join(", ", (string[])[Part("minValue", "min", "最低"), Part("maxValue", "max", "最高"), Part("meanValue", "mean", "平均")]).Trim(',', ' '),
            report.Text("exception") is { } alert ? Word(Cbv.Alert.AsWord(alert), isChinese) : "", report.Text("time") ?? "",
        ];
        return string.Join(' ', parts.Where(p => p.Length > 0));

        string Part(string name, string en, string zh) => report[name] is { } value ? $"{(isChinese ? zh : en)} {Flat(value)}" : "";
    }

    private static string Flat(Node? value) => value switch
    {
        Text text => text.Value,
        Number number => number.Digits,
        Flag flag => flag.Value ? "✓" : "✗",
        Items items => string.Join(", ", items.All.Select(Flat)),
        Group group => string.Join("; ", group.Members.Select(m => $"{m.Name.Local.TrimStart('@')} {Flat(m.Value)}")),
        _ => "",
    };

    private static string Short(string text) => text.Length <= TextMax ? text : text[..TextMax] + "…";
}
