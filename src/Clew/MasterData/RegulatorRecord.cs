using Clew.Identification;

namespace Clew.MasterData;

/// <summary>A public database of devices that a regulator keeps.</summary>
public sealed record Regulator(string Word, string En, string Zh)
{
    /// <summary>All of which records are taken (TABLE).</summary>
    public static IReadOnlyList<Regulator> All { get; } =
    [
        new("nmpa", "NMPA UDI database (China)", "国家药监局医疗器械唯一标识数据库"),
        new("gudid", "AccessGUDID (FDA, United States)", "美国 FDA 医疗器械唯一标识数据库（AccessGUDID）"),
        new("eudamed", "EUDAMED (European Union)", "欧盟医疗器械数据库（EUDAMED）"),
    ];

    /// <summary>The one of this word, or nothing.</summary>
    public static Regulator? Find(string? word) => All.FirstOrDefault(r => r.Word == word);
}

/// <summary>What a device identifier is to a record.</summary>
public enum RegulatorRole : byte
{
    /// <summary>Of the smallest unit that is sold.</summary>
    Primary,

    /// <summary>Of a package of it.</summary>
    Package,

    /// <summary>Of one use, inside a unit that is sold with several.</summary>
    UnitOfUse,

    /// <summary>Marked on the device itself.</summary>
    DirectMark,

    /// <summary>Of another agency.</summary>
    Secondary,

    /// <summary>Which it had before.</summary>
    Previous,
}

/// <summary>A device identifier of a record.</summary>
/// <param name="Quantity">How many units a package holds.</param>
public sealed record RegulatorDevice(Identity Device, RegulatorRole Role, int? Quantity);

/// <summary>What a regulator's database says of a product: no word of ours, and no fact of our ledger.</summary>
/// <param name="Key">Its own key in the database; its primary device identifier where it has none.</param>
/// <param name="Fields">By <see cref="RegulatorField.Word"/>; those that are empty are not there.</param>
public sealed record RegulatorRecord(Regulator Regulator, string Key, int Version, DateOnly? VersionDate, IReadOnlyDictionary<string, string> Fields, IReadOnlyList<RegulatorDevice> Devices)
{
    /// <summary>The record and a label with this code do not agree; or it must no longer be sold.</summary>
    public IEnumerable<Finding> Remarks(UdiReading reading)
    {
        if (Fields.TryGetValue("discontinued", out var until) || (Fields.TryGetValue("status", out var status) && status.StartsWith("Not in", StringComparison.OrdinalIgnoreCase)))
        {
            yield return new Finding(RegulatorFindings.Discontinued, "", Regulator.En, until ?? "") { ArgumentsZh = [Regulator.Zh, until ?? ""] };
        }

        // A symbol that holds the device identifier alone may have the rest in the one beside it.
        if (reading.Lot is null && reading.Serial is null && reading.Manufactured is null && reading.Expires is null)
        {
            yield break;
        }

        (string Field, bool IsThere)[] promised =
        [
            ("lotOnLabel", reading.Lot is not null), ("serialOnLabel", reading.Serial is not null),
            ("madeOnLabel", reading.Manufactured is not null), ("expiresOnLabel", reading.Expires is not null),
        ];
        foreach (var (field, isThere) in promised)
        {
            if (!isThere && Fields.TryGetValue(field, out var said) && RegulatorField.IsYes(said))
            {
                var row = RegulatorField.Find(field);
                yield return new Finding(RegulatorFindings.NotOnLabel, "", Regulator.En, row.En) { ArgumentsZh = [Regulator.Zh, row.Zh] };
            }
        }
    }
}

/// <summary>What can be wrong with a regulator's records, and what they say against a label.</summary>
public static class RegulatorFindings
{
    /// <summary>A database that we do not know.</summary>
    public static readonly FindingKind Unknown = new("regulator.unknown", Severity.Error,
        "There is no regulator '{0}' here.", "Known are: {1}.",
        "没有监管机构“{0}”。", "可用：{1}。");

    /// <summary>Neither form that we read.</summary>
    public static readonly FindingKind Unreadable = new("regulator.unreadable", Severity.Error,
        "The file cannot be read as {0}: {1}", "Send the database's own XML, a table with a header (CSV, or with | or tabs), or a JSON array; with the media type of what it is.",
        "无法按 {0} 读取文件：{1}", "请发送数据库自身的 XML、带表头的表格(CSV，或以 | 或制表符分隔)或 JSON 数组，并注明相应的媒体类型。");

    /// <summary>A record without a device identifier that reads.</summary>
    public static readonly FindingKind NoDevice = new("regulator.noDevice", Severity.Warning,
        "Record {0} has no primary device identifier that can be read: '{1}'.", "It was left out. Compare with the database.",
        "第 {0} 条记录没有可读取的主产品标识：“{1}”。", "该记录未导入，请与数据库核对。");

    /// <summary>Nothing in it.</summary>
    public static readonly FindingKind None = new("regulator.none", Severity.Error,
        "No record in this file could be taken.", "Its columns or elements are called as in the database, or by our own words; docs/reference/regulators.md lists both.",
        "此文件中没有可导入的记录。", "列名或元素名应与数据库一致，或使用本系统的字段名；见 docs/reference/regulators.md。");

    /// <summary>More than one file may bring.</summary>
    public static readonly FindingKind TooMany = new("regulator.tooMany", Severity.Error,
        "The file is longer than {0} bytes.", "Send the database's release in parts.",
        "文件超过 {0} 字节。", "请将数据库发布文件拆分后发送。");

    /// <summary>It may no longer be sold.</summary>
    public static readonly FindingKind Discontinued = new("regulator.discontinued", Severity.Warning,
        "{0}: the product is no longer on the market. {1}", "Units sold before may still be used; ask quality before anything is shipped.",
        "{0}:该产品已退市。{1}", "此前售出的仍可使用；发运前请咨询质量部门。");

    /// <summary>The record promises what the code has not.</summary>
    public static readonly FindingKind NotOnLabel = new("regulator.notOnLabel", Severity.Warning,
        "{0}: by its record the label carries this: {1}. This code does not.", "Scan the label's other symbol as well; if there is none, label or record is wrong.",
        "{0}:按其记录，标签应含“{1}”，而此代码没有。", "请同时扫描标签上的另一个符号；如没有，则标签或记录有误。");
}
