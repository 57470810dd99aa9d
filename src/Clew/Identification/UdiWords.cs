namespace Clew.Identification;

/// <summary>The words under which answers name agencies and syntaxes, for machines.</summary>
public static class UdiWords
{
    private static readonly (UdiKind Kind, string Word)[] Kinds =
    [
        (UdiKind.Unknown, "unknown"),
        (UdiKind.Gs1Scan, "gs1-scan"),
        (UdiKind.Gs1Bracketed, "gs1-bracketed"),
        (UdiKind.Gs1DigitalLink, "gs1-dl"),
        (UdiKind.Gs1Key, "gs1-key"),
        (UdiKind.Gs1Date, "gs1-date"),
        (UdiKind.EpcUrn, "epc-urn"),
        (UdiKind.HibcPrimary, "hibc-primary"),
        (UdiKind.HibcSecondary, "hibc-secondary"),
        (UdiKind.HibcConcatenated, "hibc-concatenated"),
        (UdiKind.HibcPair, "hibc-pair"),
        (UdiKind.Isbt128, "isbt128"),
        (UdiKind.Isbt128Compound, "isbt128-compound"),
        (UdiKind.Iso15434, "iso15434-06"),
        (UdiKind.MaIdCode, "ma-idcode"),
        (UdiKind.Ahm, "ahm"),
        (UdiKind.BasicUdiDi, "basic-udi-di"),
    ];

    /// <summary>The syntax's word.</summary>
    public static string Of(UdiKind kind) => Array.Find(Kinds, k => k.Kind == kind).Word;

    /// <summary>The syntax of a word.</summary>
    public static UdiKind Kind(string word) => Array.Find(Kinds, k => k.Word == word).Kind;

    /// <summary>The agency's name; empty for none.</summary>
    public static string Of(Agency agency) => agency switch
    {
        Agency.None => "",
        Agency.Gs1 => "GS1",
        Agency.Hibcc => "HIBCC",
        Agency.Iccbba => "ICCBBA",
        Agency.Ifa => "IFA",
        Agency.Ma => "MA",
        _ => "AHM",
    };

    /// <summary>A precision's word.</summary>
    public static string Of(DatePrecision precision) => precision switch
    {
        DatePrecision.Month => "month",
        DatePrecision.Day => "day",
        DatePrecision.Hour => "hour",
        DatePrecision.Minute => "minute",
        _ => "second",
    };
}
