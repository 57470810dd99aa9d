using Clew.Identification.Gs1;

namespace Clew.Identification;

/// <summary>The one way of writing what was read: two symbols that say the same, however they were carried, give the same text.</summary>
public static class Canonical
{
    /// <summary>
    /// GS1: the elements in brackets, in their order. HIBC: the symbol without envelope, two symbols as one. ISBT 128, ISO 15434, MA: the
    /// structures as they stand, without AIM identifier. A Basic UDI-DI or a bare date: itself. Null where there is nothing to write.
    /// </summary>
    public static string? Text(UdiReading reading) => reading.Kind switch
    {
        UdiKind.Unknown => null,
        UdiKind.Gs1Date => reading.Date?.ToString(),
        UdiKind.BasicUdiDi => reading.BasicUdiDi,
        UdiKind.Gs1Scan or UdiKind.Gs1Bracketed or UdiKind.Gs1DigitalLink or UdiKind.EpcUrn or UdiKind.Gs1Key =>
            reading.Elements.Count == 0 ? null : ElementString.Bracketed(reading.Elements),
        UdiKind.HibcPair => reading.Joined,
        UdiKind.HibcPrimary or UdiKind.HibcSecondary or UdiKind.HibcConcatenated => Bare(reading).Trim('*'),
        _ => reading.Joined ?? Bare(reading),
    };

    /// <summary>What the reading names, if it names one thing.</summary>
    public static Identity? Identity(UdiReading reading) => IdentityReader.NameOf(reading) is { IsRead: true } named ? named.Value : null;

    /// <summary>
    /// What is printed for people beside the symbol (HRI), a line each: GS1 and ISO 15434 element by element with the identifier in
    /// brackets, HIBC between its stars, ISBT 128 structure by structure. Nothing of what cannot be read.
    /// </summary>
    public static IReadOnlyList<string> HumanReadable(UdiReading reading) => reading.Kind switch
    {
        UdiKind.Gs1Scan or UdiKind.Gs1Bracketed or UdiKind.Gs1DigitalLink or UdiKind.EpcUrn or UdiKind.Gs1Key or UdiKind.Iso15434 => ElementString.HumanReadable(reading.Elements),
        UdiKind.HibcPrimary or UdiKind.HibcSecondary or UdiKind.HibcConcatenated or UdiKind.HibcPair when Text(reading) is { } hibc => [$"*{hibc}*"],
        UdiKind.Isbt128 or UdiKind.Isbt128Compound => [.. reading.Elements.Select(e => e.Key + e.Value)],
        _ => Text(reading) is { } text ? [Visible.Of(text)] : [],
    };

    /// <summary>
    /// What a symbol carries that names this. Nothing where nobody has defined a symbol for it: a number of our own, an address of
    /// somebody else's, AHM, or a serial that the agency's symbols cannot hold.
    /// </summary>
    public static string? Carried(Identity identity)
    {
        var (code, instance) = (Uri.UnescapeDataString(identity.ProductCode), identity.Instance);
        var isLot = identity.Granularity == Granularity.Lot;
        var text = identity.Agency switch
        {
            "gs1" => identity.ToUri(),
            "hibcc" => Hibcc.Write(code, lot: instance.Length > 0 && isLot ? instance : null, serial: instance.Length > 0 && !isLot ? instance : null),
            "iccbba" => (code.Length == 10 ? "=)" : "=/") + code + instance.Length switch
            {
                0 => "",
                6 => "=," + instance,
                10 => "&)" + instance,
                13 => $"={instance}00", // Flags of 00 say nothing.
                18 => "&,1" + instance,
                _ => instance.Split('.') is [var donation, var division] ? $"=,{division}={donation}00" : "",
            },
            "ifa" => Ifa.Write([new UdiElement("9N", code), .. instance.Length > 0 ? [new UdiElement(isLot ? "1T" : "S", instance)] : Array.Empty<UdiElement>()]),
            "ma" => code + (instance.Length == 0 ? "" : (isLot ? ".L" : ".S") + instance),
            _ => null,
        };

        // Letters that a symbol writes otherwise would make another thing of it.
        return text is not null && Identification.Identity.Read(text) is { IsRead: true } back && back.Value == identity ? text : null;
    }

    private static string Bare(UdiReading reading) => reading.SymbologyIdentifier is null ? reading.Text : reading.Text[reading.SymbologyIdentifier.Length..];
}
