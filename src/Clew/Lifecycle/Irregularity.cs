using Clew.Identification;
using static Clew.Identification.Severity;

namespace Clew.Lifecycle;

/// <summary>
/// What the rules did not expect of a fact. Derived, never stored for good: when a late message explains an earlier one, the mark goes.
/// </summary>
[Flags]
public enum Irregularity
{
    /// <summary>As expected.</summary>
    None = 0,

    /// <summary>Not from this stage.</summary>
    OutOfTurn = 1,

    /// <summary>Nothing was known of the unit before.</summary>
    UnknownUnit = 2,

    /// <summary>Held, and this is blocked under a hold.</summary>
    UnderHold = 4,

    /// <summary>Past its last day of use.</summary>
    Expired = 8,

    /// <summary>No certificate is bound, and its product needs one.</summary>
    NoCertificate = 16,

    /// <summary>A second certificate.</summary>
    SecondCertificate = 32,

    /// <summary>Fitted in two wholes at once.</summary>
    TwoWholes = 64,

    /// <summary>Taken out of something that it was not in.</summary>
    NotInside = 128,

    /// <summary>Inside itself, by way of others.</summary>
    Cycle = 256,

    /// <summary>After the end of its life.</summary>
    AfterTheEnd = 512,

    /// <summary>A hold was released that it was not under.</summary>
    NotHeld = 1024,

    /// <summary>A party that nobody described: its role, and so the unit's stage, is a guess.</summary>
    UnknownParty = 2048,

    /// <summary>A place that nobody described.</summary>
    UnknownPlace = 4096,

    /// <summary>A product that nobody described.</summary>
    UnknownProduct = 8192,
}

/// <summary>The findings that irregularities are told as (TABLE): errors to who intends, warnings to who reports.</summary>
public static class Irregularities
{
    /// <summary>One row.</summary>
    public sealed record Row(Irregularity Irregularity, string Word, FindingKind Finding);

    /// <summary>All of them; {0} is the item, {1} what it is now, {2} the deed.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        Of(Irregularity.OutOfTurn, "outOfTurn", "'{0}' is '{1}': '{2}' does not follow from there.", "Report what came between, or correct the fact that is wrong.", "“{0}”当前为“{1}”，不能进行“{2}”。", "请补报中间环节，或更正有误的事实。"),
        Of(Irregularity.UnknownUnit, "unknownUnit", "Nothing was known of '{0}' before '{2}'.", "Check the serial; if it is right, its maker has not reported it yet.", "在“{2}”之前没有“{0}”的任何记录。", "请核对序列号；如无误，则制造方尚未上报。"),
        Of(Irregularity.UnderHold, "underHold", "'{0}' is held ({1}): '{2}' is blocked.", "Put it aside; the quality department releases it or tells what to do.", "“{0}”已被冻结({1}),禁止“{2}”。", "请隔离存放，等待质量部门放行或处置。"),
        Of(Irregularity.Expired, "expired", "'{0}' is past its last day of use: '{2}' is blocked.", "Put it aside for disposal.", "“{0}”已过有效期，禁止“{2}”。", "请隔离待处置。"),
        Of(Irregularity.NoCertificate, "noCertificate", "'{0}' has no certificate bound: '{2}' needs one.", "Bind its production or verification certificate first.", "“{0}”未绑定证书，不能“{2}”。", "请先绑定生产或检定证书。"),
        Of(Irregularity.SecondCertificate, "secondCertificate", "'{0}' has its certificate already.", "One serial, one certificate: correct the first binding if it was wrong.", "“{0}”已绑定证书。", "一个序列号只绑定一份证书；如首次有误请更正。"),
        Of(Irregularity.TwoWholes, "twoWholes", "'{0}' is fitted in another unit already.", "Report its removal from there, or correct the serial.", "“{0}”已装入另一单件。", "请先报告拆下，或更正序列号。"),
        Of(Irregularity.NotInside, "notInside", "'{0}' was not in what it was taken out of.", "Report when it was put in, or correct the serial.", "“{0}”并不在该整机或容器中。", "请补报装入记录，或更正序列号。"),
        Of(Irregularity.Cycle, "cycle", "'{0}' would contain itself.", "Check which is the whole and which the part.", "“{0}”将包含其自身。", "请核对整机与部件是否颠倒。"),
        Of(Irregularity.AfterTheEnd, "afterTheEnd", "'{0}' is '{1}', and nothing follows: '{2}' cannot be.", "Check the serial; a second life of one serial is a counterfeit or a mistake.", "“{0}”已“{1}”，不应再有“{2}”。", "请核对序列号；同一序列号的第二次生命可能是假冒或差错。"),
        Of(Irregularity.NotHeld, "notHeld", "'{0}' is not under that hold.", "Check the number of the hold.", "“{0}”并未受该冻结约束。", "请核对冻结编号。"),
        Of(Irregularity.UnknownParty, "unknownParty", "'{0}': the party of '{2}' has never been described, so its role is not known.", "Describe the party (partyDescribed); the unit's stage follows by itself.", "“{0}”：“{2}”涉及的机构尚无主数据，角色未知。", "请补充机构主数据(partyDescribed),状态将自动更正。"),
        Of(Irregularity.UnknownPlace, "unknownPlace", "'{0}': the place of '{2}' has never been described.", "Describe the place (placeDescribed) with who runs it.", "“{0}”：“{2}”的地点尚无主数据。", "请补充地点主数据(placeDescribed)及其运营机构。"),
        Of(Irregularity.UnknownProduct, "unknownProduct", "'{0}' is of a product that has never been described.", "Describe the product (productDescribed).", "“{0}”所属产品尚无主数据。", "请补充产品主数据(productDescribed)。"),
    ];

    /// <summary>The words of a set, joined with a plus; empty for none.</summary>
    public static string Words(Irregularity set) =>
        set == Irregularity.None ? "" : string.Join('+', All.Where(r => (set & r.Irregularity) != 0).Select(r => r.Word));

    private static Row Of(Irregularity irregularity, string word, string en, string enRemedy, string zh, string zhRemedy) =>
        new(irregularity, word, new FindingKind("life." + word, Error, en, enRemedy, zh, zhRemedy));
}
