using static Clew.Identification.Gs1.Component;
using static Clew.Identification.Gs1.Form;
using static Clew.Identification.Gs1.Lint;

namespace Clew.Identification.Gs1;

/// <summary>How an application identifier's value is carried.</summary>
[Flags]
public enum Form
{
    /// <summary>Ends at FNC1 or at the end; belongs in the path of a Digital Link, or in none.</summary>
    None = 0,

    /// <summary>Its length is predefined by the first two digits: no FNC1 behind it.</summary>
    Fixed = 1,

    /// <summary>May stand in the query of a Digital Link.</summary>
    Query = 2,
}

/// <summary>The alphabets of the General Specifications.</summary>
public enum Alphabet
{
    /// <summary>0–9.</summary>
    Digits,

    /// <summary>The 82 characters of figure 7.11-1.</summary>
    Set82,

    /// <summary>The 39 characters of figure 7.11-2, for component and part numbers.</summary>
    Set39,

    /// <summary>base64url with padding.</summary>
    Set64,
}

/// <summary>One stretch of a value: its alphabet, how many characters, and the tests it must pass, in their order.</summary>
/// <param name="Least">The fewest characters, if the stretch is there at all.</param>
/// <param name="IsOptional">Whether the value may end before it.</param>
public sealed record Component(Alphabet Alphabet, int Least, int Most, bool IsOptional, Lint[] Lints)
{
    internal static Component Digits(int length, params Lint[] lints) => new(Alphabet.Digits, length, length, false, lints);

    internal static Component DigitsTo(int most, params Lint[] lints) => new(Alphabet.Digits, 1, most, false, lints);

    internal static Component Text(int length, params Lint[] lints) => new(Alphabet.Set82, length, length, false, lints);

    internal static Component TextTo(int most, params Lint[] lints) => new(Alphabet.Set82, 1, most, false, lints);

    internal static Component PartTo(int most, params Lint[] lints) => new(Alphabet.Set39, 1, most, false, lints);

    internal static Component Base64To(int most, params Lint[] lints) => new(Alphabet.Set64, 1, most, false, lints);

    internal static Component Maybe(Component component) => component with { IsOptional = true };
}

/// <summary>One application identifier of GS1: what it is called, what its value looks like, and which others it needs or excludes.</summary>
/// <param name="Code">Two to four digits. In the table a range such as <c>3100-3105</c> stands for its members.</param>
/// <param name="Title">The data title of the General Specifications.</param>
public sealed record ApplicationIdentifier(string Code, string Title, Form Form, Component[] Components)
{
    /// <summary>What must stand beside it: requirements joined by <c>&amp;</c>, alternatives by <c>|</c>, companions by <c>+</c>; <c>n</c> is any digit.</summary>
    public string Needs { get; init; } = "";

    /// <summary>What must not stand beside it, separated by spaces. An identifier never excludes itself.</summary>
    public string Excludes { get; init; } = "";

    /// <summary>Not null for a primary key of Digital Link: the qualifiers that may follow in the path, in order; alternatives by <c>|</c>.</summary>
    public string? Qualifiers { get; init; }

    /// <summary>Whether its length is predefined, so that no separator follows.</summary>
    public bool IsFixed => (Form & Form.Fixed) != 0;

    /// <summary>Whether it may stand in the query of a Digital Link.</summary>
    public bool IsQuery => (Form & Form.Query) != 0;

    /// <summary>The shortest value.</summary>
    public int LengthMin { get; } = Components.Sum(c => c.IsOptional ? 0 : c.Least);

    /// <summary>The longest value.</summary>
    public int LengthMax { get; } = Components.Sum(c => c.Most);

    // The rules as written above, cut up once: this runs for every element of every scan.
    internal string[][][] Requirements { get; private init; } = [];

    internal string[] Exclusions { get; private init; } = [];

    internal string[][] QualifierSequences { get; private init; } = [];

    internal ApplicationIdentifier Member(string code) => this with
    {
        Code = code,
        Requirements = [.. Needs.Split(" & ", StringSplitOptions.RemoveEmptyEntries).Select(n => n.Split('|').Select(a => a.Split('+')).ToArray())],
        Exclusions = Excludes.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        QualifierSequences = Qualifiers is null ? [] : [.. Qualifiers.Split('|').Select(s => s.Split(' ', StringSplitOptions.RemoveEmptyEntries))],
    };
}

/// <summary>
/// Every application identifier of GS1, as of the syntax dictionary's release of January 2026 (General Specifications 26).
/// </summary>
/// <remarks>A test compares this table with the published dictionary where that lies beside the checkout.</remarks>
public static class ApplicationIdentifiers
{
    /// <summary>The rows as GS1 states them: code or range, data title, how it is carried, its value; what it needs and excludes.</summary>
    public static readonly ApplicationIdentifier[] Table =
    [
        new("00",        "SSCC",                       Fixed | Query, [Digits(18, Mod10, PrefixAtSecond)]) { Qualifiers = "" },
        new("01",        "GTIN",                       Fixed | Query, [Digits(14, Mod10, PrefixAtSecond)]) { Excludes = "255 37", Qualifiers = "22 10 21|235" },
        new("02",        "CONTENT",                    Fixed | Query, [Digits(14, Mod10, PrefixAtSecond)]) { Needs = "37", Excludes = "01 03" },
        new("03",        "MTO GTIN",                   Fixed,         [Digits(14, Mod10, PrefixAtSecond)]) { Excludes = "01 02 37" },
        new("10",        "BATCH/LOT",                  Query,         [TextTo(20)]) { Needs = "01|02|03|8006|8026" },
        new("11",        "PROD DATE",                  Fixed | Query, [Digits(6, DateOrMonth)]) { Needs = "01|02|03|8006|8026" },
        new("12",        "DUE DATE",                   Fixed | Query, [Digits(6, DateOrMonth)]) { Needs = "8020" },
        new("13",        "PACK DATE",                  Fixed | Query, [Digits(6, DateOrMonth)]) { Needs = "01|02|03|8006|8026" },
        new("15",        "BEST BEFORE or BEST BY",     Fixed | Query, [Digits(6, DateOrMonth)]) { Needs = "01|02|03|8006|8026" },
        new("16",        "SELL BY",                    Fixed | Query, [Digits(6, DateOrMonth)]) { Needs = "01|02|03|8006|8026" },
        new("17",        "USE BY or EXPIRY",           Fixed | Query, [Digits(6, DateOrMonth)]) { Needs = "01|02|03|255|8006|8026" },
        new("20",        "VARIANT",                    Fixed | Query, [Digits(2)]) { Needs = "01|02|8006|8026" },
        new("21",        "SERIAL",                     None,          [TextTo(20)]) { Needs = "01|03|8006", Excludes = "235" },
        new("22",        "CPV",                        None,          [TextTo(20)]) { Needs = "01" },
        new("235",       "TPX",                        None,          [TextTo(28)]) { Needs = "01" },
        new("240",       "ADDITIONAL ID",              Query,         [TextTo(30)]) { Needs = "01|02|8006|8026" },
        new("241",       "CUST. PART No.",             Query,         [TextTo(30)]) { Needs = "01|02|8006|8026" },
        new("242",       "MTO VARIANT",                Query,         [DigitsTo(6)]) { Needs = "01|02|8006|8026" },
        new("243",       "PCN",                        Query,         [TextTo(20)]) { Needs = "01" },
        new("250",       "SECONDARY SERIAL",           Query,         [TextTo(30)]) { Needs = "01|8006 & 21" },
        new("251",       "REF. TO SOURCE",             Query,         [TextTo(30)]) { Needs = "01|8006" },
        new("253",       "GDTI",                       Query,         [Digits(13, Mod10, PrefixAtStart), Maybe(TextTo(17))]) { Qualifiers = "" },
        new("254",       "GLN EXTENSION COMPONENT",    None,          [TextTo(20)]) { Needs = "414" },
        new("255",       "GCN",                        Query,         [Digits(13, Mod10, PrefixAtStart), Maybe(DigitsTo(12))]) { Excludes = "01 02 415 8006 8020 8026", Qualifiers = "" },
        new("30",        "VAR. COUNT",                 Query,         [DigitsTo(8)]) { Needs = "01|02" },
        new("3100-3105", "NET WEIGHT (kg)",            Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "310n" },
        new("3110-3115", "LENGTH (m)",                 Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "311n" },
        new("3120-3125", "WIDTH (m)",                  Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "312n" },
        new("3130-3135", "HEIGHT (m)",                 Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "313n" },
        new("3140-3145", "AREA (m²)",                  Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "314n" },
        new("3150-3155", "NET VOLUME (l)",             Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "315n" },
        new("3160-3165", "NET VOLUME (m³)",            Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "316n" },
        new("3200-3205", "NET WEIGHT (lb)",            Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "320n" },
        new("3210-3215", "LENGTH (in)",                Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "321n" },
        new("3220-3225", "LENGTH (ft)",                Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "322n" },
        new("3230-3235", "LENGTH (yd)",                Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "323n" },
        new("3240-3245", "WIDTH (in)",                 Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "324n" },
        new("3250-3255", "WIDTH (ft)",                 Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "325n" },
        new("3260-3265", "WIDTH (yd)",                 Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "326n" },
        new("3270-3275", "HEIGHT (in)",                Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "327n" },
        new("3280-3285", "HEIGHT (ft)",                Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "328n" },
        new("3290-3295", "HEIGHT (yd)",                Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "329n" },
        new("3300-3305", "GROSS WEIGHT (kg)",          Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "330n" },
        new("3310-3315", "LENGTH (m), log",            Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "331n" },
        new("3320-3325", "WIDTH (m), log",             Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "332n" },
        new("3330-3335", "HEIGHT (m), log",            Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "333n" },
        new("3340-3345", "AREA (m²), log",             Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "334n" },
        new("3350-3355", "VOLUME (l), log",            Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "335n" },
        new("3360-3365", "VOLUME (m³), log",           Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "336n" },
        new("3370-3375", "KG PER m²",                  Fixed | Query, [Digits(6)]) { Needs = "01", Excludes = "337n" },
        new("3400-3405", "GROSS WEIGHT (lb)",          Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "340n" },
        new("3410-3415", "LENGTH (in), log",           Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "341n" },
        new("3420-3425", "LENGTH (ft), log",           Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "342n" },
        new("3430-3435", "LENGTH (yd), log",           Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "343n" },
        new("3440-3445", "WIDTH (in), log",            Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "344n" },
        new("3450-3455", "WIDTH (ft), log",            Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "345n" },
        new("3460-3465", "WIDTH (yd), log",            Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "346n" },
        new("3470-3475", "HEIGHT (in), log",           Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "347n" },
        new("3480-3485", "HEIGHT (ft), log",           Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "348n" },
        new("3490-3495", "HEIGHT (yd), log",           Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "349n" },
        new("3500-3505", "AREA (in²)",                 Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "350n" },
        new("3510-3515", "AREA (ft²)",                 Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "351n" },
        new("3520-3525", "AREA (yd²)",                 Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "352n" },
        new("3530-3535", "AREA (in²), log",            Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "353n" },
        new("3540-3545", "AREA (ft²), log",            Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "354n" },
        new("3550-3555", "AREA (yd²), log",            Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "355n" },
        new("3560-3565", "NET WEIGHT (tr oz)",         Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "356n" },
        new("3570-3575", "NET VOLUME (oz)",            Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "357n" },
        new("3600-3605", "NET VOLUME (qt (US))",       Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "360n" },
        new("3610-3615", "NET VOLUME (gal.)",          Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "361n" },
        new("3620-3625", "VOLUME (qt (US)), log",      Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "362n" },
        new("3630-3635", "VOLUME (gal (US)), log",     Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "363n" },
        new("3640-3645", "NET VOLUME (in³)",           Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "364n" },
        new("3650-3655", "NET VOLUME (ft³)",           Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "365n" },
        new("3660-3665", "NET VOLUME (yd³)",           Fixed | Query, [Digits(6)]) { Needs = "01|02", Excludes = "366n" },
        new("3670-3675", "VOLUME (in³), log",          Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "367n" },
        new("3680-3685", "VOLUME (ft³), log",          Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "368n" },
        new("3690-3695", "VOLUME (yd³), log",          Fixed | Query, [Digits(6)]) { Needs = "00|01", Excludes = "369n" },
        new("37",        "COUNT",                      Query,         [DigitsTo(8)]) { Needs = "00 & 02|8026" },
        new("3900-3909", "AMOUNT",                     Query,         [DigitsTo(15)]) { Needs = "255|8020", Excludes = "390n 391n 394n 8111" },
        new("3910-3919", "AMOUNT",                     Query,         [Digits(3, Currency), DigitsTo(15)]) { Needs = "8020", Excludes = "391n" },
        new("3920-3929", "PRICE",                      Query,         [DigitsTo(15)]) { Needs = "01 & 30|31nn|32nn|35nn|36nn", Excludes = "392n 393n" },
        new("3930-3939", "PRICE",                      Query,         [Digits(3, Currency), DigitsTo(15)]) { Needs = "30|31nn|32nn|35nn|36nn", Excludes = "393n" },
        new("3940-3943", "PRCNT OFF",                  Query,         [Digits(4)]) { Needs = "255", Excludes = "394n 8111" },
        new("3950-3955", "PRICE/UoM",                  Query,         [Digits(6)]) { Needs = "30|31nn|32nn|35nn|36nn", Excludes = "392n 393n 395n 8005" },
        new("400",       "ORDER NUMBER",               Query,         [TextTo(30)]),
        new("401",       "GINC",                       Query,         [TextTo(30, PrefixAtStart)]) { Qualifiers = "" },
        new("402",       "GSIN",                       Query,         [Digits(17, Mod10, PrefixAtStart)]) { Qualifiers = "" },
        new("403",       "ROUTE",                      Query,         [TextTo(30)]) { Needs = "00" },
        new("410",       "SHIP TO LOC",                Fixed | Query, [Digits(13, Mod10, PrefixAtStart)]),
        new("411",       "BILL TO",                    Fixed | Query, [Digits(13, Mod10, PrefixAtStart)]),
        new("412",       "PURCHASE FROM",              Fixed | Query, [Digits(13, Mod10, PrefixAtStart)]),
        new("413",       "SHIP FOR LOC",               Fixed | Query, [Digits(13, Mod10, PrefixAtStart)]),
        new("414",       "LOC No.",                    Fixed | Query, [Digits(13, Mod10, PrefixAtStart)]) { Qualifiers = "254|7040" },
        new("415",       "PAY TO",                     Fixed | Query, [Digits(13, Mod10, PrefixAtStart)]) { Needs = "8020", Qualifiers = "8020" },
        new("416",       "PROD/SERV LOC",              Fixed | Query, [Digits(13, Mod10, PrefixAtStart)]),
        new("417",       "PARTY",                      Fixed | Query, [Digits(13, Mod10, PrefixAtStart)]) { Qualifiers = "7040" },
        new("420",       "SHIP TO POST",               Query,         [TextTo(20)]) { Excludes = "421" },
        new("421",       "SHIP TO POST",               Query,         [Digits(3, Country), TextTo(9)]) { Excludes = "4307" },
        new("422",       "ORIGIN",                     Query,         [Digits(3, Country)]) { Needs = "01|02|8006|8026", Excludes = "426" },
        new("423",       "COUNTRY - INITIAL PROCESS",  Query,         [Digits(3, Country), Maybe(Digits(3, Country)), Maybe(Digits(3, Country)), Maybe(Digits(3, Country)), Maybe(Digits(3, Country))]) { Needs = "01|02", Excludes = "426" },
        new("424",       "COUNTRY - PROCESS",          Query,         [Digits(3, Country)]) { Needs = "01|02", Excludes = "426" },
        new("425",       "COUNTRY - DISASSEMBLY",      Query,         [Digits(3, Country), Maybe(Digits(3, Country)), Maybe(Digits(3, Country)), Maybe(Digits(3, Country)), Maybe(Digits(3, Country))]) { Needs = "01|02", Excludes = "426" },
        new("426",       "COUNTRY - FULL PROCESS",     Query,         [Digits(3, Country)]) { Needs = "01|02" },
        new("427",       "ORIGIN SUBDIVISION",         Query,         [TextTo(3)]) { Needs = "01|02 & 422" },
        new("4300",      "SHIP TO COMP",               Query,         [TextTo(35, PercentEncoded)]) { Needs = "00" },
        new("4301",      "SHIP TO NAME",               Query,         [TextTo(35, PercentEncoded)]) { Needs = "00" },
        new("4302",      "SHIP TO ADD1",               Query,         [TextTo(70, PercentEncoded)]) { Needs = "00" },
        new("4303",      "SHIP TO ADD2",               Query,         [TextTo(70, PercentEncoded)]) { Needs = "4302" },
        new("4304",      "SHIP TO SUB",                Query,         [TextTo(70, PercentEncoded)]) { Needs = "00" },
        new("4305",      "SHIP TO LOC",                Query,         [TextTo(70, PercentEncoded)]) { Needs = "00" },
        new("4306",      "SHIP TO REG",                Query,         [TextTo(70, PercentEncoded)]) { Needs = "00" },
        new("4307",      "SHIP TO COUNTRY",            Query,         [Text(2, CountryLetters)]) { Needs = "00" },
        new("4308",      "SHIP TO PHONE",              Query,         [TextTo(30)]) { Needs = "00" },
        new("4309",      "SHIP TO GEO",                Query,         [Digits(10, Latitude), Digits(10, Longitude)]) { Needs = "00" },
        new("4310",      "RTN TO COMP",                Query,         [TextTo(35, PercentEncoded)]) { Needs = "00" },
        new("4311",      "RTN TO NAME",                Query,         [TextTo(35, PercentEncoded)]) { Needs = "00" },
        new("4312",      "RTN TO ADD1",                Query,         [TextTo(70, PercentEncoded)]) { Needs = "00" },
        new("4313",      "RTN TO ADD2",                Query,         [TextTo(70, PercentEncoded)]) { Needs = "4312" },
        new("4314",      "RTN TO SUB",                 Query,         [TextTo(70, PercentEncoded)]) { Needs = "00" },
        new("4315",      "RTN TO LOC",                 Query,         [TextTo(70, PercentEncoded)]) { Needs = "00" },
        new("4316",      "RTN TO REG",                 Query,         [TextTo(70, PercentEncoded)]) { Needs = "00" },
        new("4317",      "RTN TO COUNTRY",             Query,         [Text(2, CountryLetters)]) { Needs = "00" },
        new("4318",      "RTN TO POST",                Query,         [TextTo(20)]) { Needs = "00" },
        new("4319",      "RTN TO PHONE",               Query,         [TextTo(30)]) { Needs = "00" },
        new("4320",      "SRV DESCRIPTION",            Query,         [TextTo(35, PercentEncoded)]) { Needs = "00" },
        new("4321",      "DANGEROUS GOODS",            Query,         [Digits(1, YesNo)]) { Needs = "00" },
        new("4322",      "AUTH TO LEAVE",              Query,         [Digits(1, YesNo)]) { Needs = "00" },
        new("4323",      "SIG REQUIRED",               Query,         [Digits(1, YesNo)]) { Needs = "00" },
        new("4324",      "NOT BEF DEL DT",             Query,         [Digits(6, DateOrMonth), Digits(4, HourMinute)]) { Needs = "00" },
        new("4325",      "NOT AFT DEL DT",             Query,         [Digits(6, DateOrMonth), Digits(4, HourMinute)]) { Needs = "00" },
        new("4326",      "REL DATE",                   Query,         [Digits(6, Date)]) { Needs = "00" },
        new("4330",      "MAX TEMP F.",                Query,         [Digits(6), Maybe(Text(1, Hyphen))]) { Needs = "00", Excludes = "4331" },
        new("4331",      "MAX TEMP C.",                Query,         [Digits(6), Maybe(Text(1, Hyphen))]) { Needs = "00", Excludes = "4330" },
        new("4332",      "MIN TEMP F.",                Query,         [Digits(6), Maybe(Text(1, Hyphen))]) { Needs = "00", Excludes = "4333" },
        new("4333",      "MIN TEMP C.",                Query,         [Digits(6), Maybe(Text(1, Hyphen))]) { Needs = "00", Excludes = "4332" },
        new("7001",      "NSN",                        Query,         [Digits(13)]) { Needs = "01|02|8006|8026" },
        new("7002",      "MEAT CUT",                   Query,         [TextTo(30)]) { Needs = "01|02" },
        new("7003",      "EXPIRY TIME",                Query,         [Digits(6, Date), Digits(4, HourMinute)]) { Needs = "01|02" },
        new("7004",      "ACTIVE POTENCY",             Query,         [DigitsTo(4)]) { Needs = "01+10" },
        new("7005",      "CATCH AREA",                 Query,         [TextTo(12)]) { Needs = "01|02" },
        new("7006",      "FIRST FREEZE DATE",          Query,         [Digits(6, Date)]) { Needs = "01|02" },
        new("7007",      "HARVEST DATE",               Query,         [Digits(6, Date), Maybe(Digits(6, Date))]) { Needs = "01|02" },
        new("7008",      "AQUATIC SPECIES",            Query,         [TextTo(3)]) { Needs = "01|02" },
        new("7009",      "FISHING GEAR TYPE",          Query,         [TextTo(10)]) { Needs = "01|02" },
        new("7010",      "PROD METHOD",                Query,         [TextTo(2)]) { Needs = "01|02" },
        new("7011",      "TEST BY DATE",               Query,         [Digits(6, Date), Maybe(Digits(4, HourMinute))]) { Needs = "01|02" },
        new("7020",      "REFURB LOT",                 Query,         [TextTo(20)]) { Needs = "01|8006 & 416" },
        new("7021",      "FUNC STAT",                  Query,         [TextTo(20)]) { Needs = "01|8006" },
        new("7022",      "REV STAT",                   Query,         [TextTo(20)]) { Needs = "7021" },
        new("7023",      "GIAI - ASSEMBLY",            Query,         [TextTo(30, PrefixAtStart)]),
        new("7030",      "PROCESSOR # 0",              Query,         [Digits(3, CountryOr999), TextTo(27)]) { Needs = "01|02" },
        new("7031",      "PROCESSOR # 1",              Query,         [Digits(3, CountryOr999), TextTo(27)]) { Needs = "01|02" },
        new("7032",      "PROCESSOR # 2",              Query,         [Digits(3, CountryOr999), TextTo(27)]) { Needs = "01|02" },
        new("7033",      "PROCESSOR # 3",              Query,         [Digits(3, CountryOr999), TextTo(27)]) { Needs = "01|02" },
        new("7034",      "PROCESSOR # 4",              Query,         [Digits(3, CountryOr999), TextTo(27)]) { Needs = "01|02" },
        new("7035",      "PROCESSOR # 5",              Query,         [Digits(3, CountryOr999), TextTo(27)]) { Needs = "01|02" },
        new("7036",      "PROCESSOR # 6",              Query,         [Digits(3, CountryOr999), TextTo(27)]) { Needs = "01|02" },
        new("7037",      "PROCESSOR # 7",              Query,         [Digits(3, CountryOr999), TextTo(27)]) { Needs = "01|02" },
        new("7038",      "PROCESSOR # 8",              Query,         [Digits(3, CountryOr999), TextTo(27)]) { Needs = "01|02" },
        new("7039",      "PROCESSOR # 9",              Query,         [Digits(3, CountryOr999), TextTo(27)]) { Needs = "01|02" },
        new("7040",      "UIC+EXT",                    None,          [Digits(1), Text(1), Text(1), Text(1, ImporterIndex)]),
        new("7041",      "UFRGT UNIT TYPE",            None,          [TextTo(4, PackageType)]) { Needs = "00" },
        new("710",       "NHRN PZN",                   Query,         [TextTo(20)]) { Needs = "01" },
        new("711",       "NHRN CIP",                   Query,         [TextTo(20)]) { Needs = "01" },
        new("712",       "NHRN CN",                    Query,         [TextTo(20)]) { Needs = "01" },
        new("713",       "NHRN DRN",                   Query,         [TextTo(20)]) { Needs = "01" },
        new("714",       "NHRN AIM",                   Query,         [TextTo(20)]) { Needs = "01" },
        new("715",       "NHRN NDC",                   Query,         [TextTo(20)]) { Needs = "01" },
        new("716",       "NHRN AIC",                   Query,         [TextTo(20)]) { Needs = "01" },
        new("717",       "NHRN SRN",                   Query,         [TextTo(20)]) { Needs = "01" },
        new("7230",      "CERT # 1",                   Query,         [Text(2), TextTo(28)]) { Needs = "01|8004" },
        new("7231",      "CERT # 2",                   Query,         [Text(2), TextTo(28)]) { Needs = "01|8004" },
        new("7232",      "CERT # 3",                   Query,         [Text(2), TextTo(28)]) { Needs = "01|8004" },
        new("7233",      "CERT # 4",                   Query,         [Text(2), TextTo(28)]) { Needs = "01|8004" },
        new("7234",      "CERT # 5",                   Query,         [Text(2), TextTo(28)]) { Needs = "01|8004" },
        new("7235",      "CERT # 6",                   Query,         [Text(2), TextTo(28)]) { Needs = "01|8004" },
        new("7236",      "CERT # 7",                   Query,         [Text(2), TextTo(28)]) { Needs = "01|8004" },
        new("7237",      "CERT # 8",                   Query,         [Text(2), TextTo(28)]) { Needs = "01|8004" },
        new("7238",      "CERT # 9",                   Query,         [Text(2), TextTo(28)]) { Needs = "01|8004" },
        new("7239",      "CERT # 10",                  Query,         [Text(2), TextTo(28)]) { Needs = "01|8004" },
        new("7240",      "PROTOCOL",                   Query,         [TextTo(20)]) { Needs = "01|8006" },
        new("7241",      "AIDC MEDIA TYPE",            Query,         [Digits(2, MediaType)]) { Needs = "8017|8018" },
        new("7242",      "VCN",                        Query,         [TextTo(25)]) { Needs = "8017|8018" },
        new("7250",      "DOB",                        Query,         [Digits(8, LongDate)]) { Needs = "8018", Excludes = "7251" },
        new("7251",      "DOB TIME",                   Query,         [Digits(8, LongDate), Digits(4, HourMinute)]) { Needs = "8018", Excludes = "7250" },
        new("7252",      "BIO SEX",                    Query,         [Digits(1, Sex)]) { Needs = "8018" },
        new("7253",      "FAMILY NAME",                Query,         [TextTo(40, PercentEncoded)]) { Needs = "8017|8018", Excludes = "7256 7259" },
        new("7254",      "GIVEN NAME",                 Query,         [TextTo(40, PercentEncoded)]) { Needs = "8017|8018", Excludes = "7256 7259" },
        new("7255",      "SUFFIX",                     Query,         [TextTo(10)]) { Needs = "8017|8018", Excludes = "7256 7259" },
        new("7256",      "FULL NAME",                  Query,         [TextTo(90, PercentEncoded)]) { Needs = "8017|8018" },
        new("7257",      "PERSON ADDR",                Query,         [TextTo(70, PercentEncoded)]) { Needs = "8018" },
        new("7258",      "BIRTH SEQUENCE",             Query,         [Text(3, PlaceInSequence)]) { Needs = "8018+7259" },
        new("7259",      "BABY",                       Query,         [TextTo(40, PercentEncoded)]) { Needs = "8018", Excludes = "7256" },
        new("8001",      "DIMENSIONS",                 Query,         [Digits(4, NonZero), Digits(5, NonZero), Digits(3, NonZero), Digits(1, Winding), Digits(1)]) { Needs = "01" },
        new("8002",      "CMT No.",                    Query,         [TextTo(20)]),
        new("8003",      "GRAI",                       Query,         [Digits(1, Zero), Digits(13, Mod10, PrefixAtStart), Maybe(TextTo(16))]) { Qualifiers = "" },
        new("8004",      "GIAI",                       Query,         [TextTo(30, PrefixAtStart)]) { Qualifiers = "7040" },
        new("8005",      "PRICE PER UNIT",             Query,         [Digits(6)]) { Needs = "01|02" },
        new("8006",      "ITIP",                       Query,         [Digits(14, Mod10, PrefixAtSecond), Digits(4, PieceOfTotal)]) { Excludes = "01 37", Qualifiers = "22 10 21" },
        new("8007",      "IBAN",                       Query,         [TextTo(34, Iban)]) { Needs = "415" },
        new("8008",      "PROD TIME",                  Query,         [Digits(6, Date), Digits(2, Hour), Maybe(Digits(2, Minute)), Maybe(Digits(2, Second))]) { Needs = "01|02" },
        new("8009",      "OPTSEN",                     Query,         [TextTo(50)]) { Needs = "00|01" },
        new("8010",      "CPID",                       Query,         [PartTo(30, PrefixAtStart)]) { Qualifiers = "8011" },
        new("8011",      "CPID SERIAL",                None,          [DigitsTo(12, NoLeadingZero)]) { Needs = "8010" },
        new("8012",      "VERSION",                    Query,         [TextTo(20)]) { Needs = "01|8006" },
        new("8013",      "GMN",                        Query,         [TextTo(25, CheckPair, PrefixAtStart)]) { Qualifiers = "" },
        new("8014",      "MUDI",                       None,          [TextTo(25, CheckPair, PrefixAtStart, NonDigit)]) { Needs = "01" },
        new("8017",      "GSRN - PROVIDER",            Query,         [Digits(18, Mod10, PrefixAtStart)]) { Excludes = "8018", Qualifiers = "8019" },
        new("8018",      "GSRN - RECIPIENT",           Query,         [Digits(18, Mod10, PrefixAtStart)]) { Excludes = "8017", Qualifiers = "8019" },
        new("8019",      "SRIN",                       None,          [DigitsTo(10)]) { Needs = "8017|8018" },
        new("8020",      "REF No.",                    None,          [TextTo(25)]) { Needs = "415" },
        new("8026",      "ITIP CONTENT",               Query,         [Digits(14, Mod10, PrefixAtSecond), Digits(4, PieceOfTotal)]) { Needs = "37", Excludes = "02 8006" },
        new("8030",      "DIGSIG",                     Query,         [Base64To(90)]) { Needs = "00|01+21|253|255|8003|8004|8006+21|8010+8011|8017|8018" },
        new("8040",      "IMEI",                       None,          [Digits(15)]) { Needs = "01+21" },
        new("8041",      "IMEI2",                      None,          [Digits(15)]) { Needs = "01+21+8040" },
        new("8042",      "ESIM",                       None,          [Digits(32)]) { Needs = "01+21+8040" },
        new("8043",      "PSIM",                       None,          [Digits(18), Maybe(DigitsTo(2))]) { Needs = "01+21+8040" },
        new("8110",      "",                           Query,         [TextTo(70, Coupon)]),
        new("8111",      "POINTS",                     Query,         [Digits(4)]) { Needs = "255" },
        new("8112",      "",                           Query,         [TextTo(70, Coupon)]),
        new("8200",      "PRODUCT URL",                None,          [TextTo(70)]) { Needs = "01" },
        new("90",        "INTERNAL",                   Query,         [TextTo(30)]),
        new("91-99",     "INTERNAL",                   Query,         [TextTo(90)]),
    ];

    // Addressed by the code itself: 2 digits from 0, 3 digits from 100, 4 digits from 1100. Nothing is searched on the hot path.
    private static readonly ApplicationIdentifier?[] ByCode = new ApplicationIdentifier?[11_100];
    private static readonly byte[] LengthByPrefix = new byte[100];

    static ApplicationIdentifiers()
    {
        foreach (var row in Table)
        {
            var ends = row.Code.Split('-');
            var (from, to) = (int.Parse(ends[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(ends[^1], System.Globalization.CultureInfo.InvariantCulture));
            for (var n = from; n <= to; n++)
            {
                var code = n.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(ends[0].Length, '0');
                ByCode[Slot(code)] = row.Member(code);
                LengthByPrefix[((code[0] - '0') * 10) + code[1] - '0'] = (byte)code.Length;
            }
        }
    }

    /// <summary>Every identifier, ranges told one by one.</summary>
    public static IEnumerable<ApplicationIdentifier> All => ByCode.OfType<ApplicationIdentifier>();

    /// <summary>The identifier of exactly this code.</summary>
    public static ApplicationIdentifier? Find(ReadOnlySpan<char> code) =>
        code.Length is >= 2 and <= 4 && CheckDigit.AreDigits(code) ? ByCode[Slot(code)] : null;

    /// <summary>The identifier with which <paramref name="data"/> starts: how long it is follows from its first two digits.</summary>
    public static ApplicationIdentifier? At(ReadOnlySpan<char> data)
    {
        if (data.Length < 2 || !char.IsAsciiDigit(data[0]) || !char.IsAsciiDigit(data[1]))
        {
            return null;
        }

        var length = LengthByPrefix[((data[0] - '0') * 10) + data[1] - '0'];
        return length > 0 && data.Length >= length ? Find(data[..length]) : null;
    }

    private static int Slot(ReadOnlySpan<char> code)
    {
        var n = 0;
        foreach (var c in code)
        {
            n = (n * 10) + c - '0';
        }

        return n + (code.Length == 2 ? 0 : code.Length == 3 ? 100 : 1100);
    }
}
