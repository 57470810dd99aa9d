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

    private static string Bare(UdiReading reading) => reading.SymbologyIdentifier is null ? reading.Text : reading.Text[reading.SymbologyIdentifier.Length..];
}
