using System.Globalization;
using Clew.Identification.Gs1;

namespace Clew.Identification;

/// <summary>Who issues the identifier's code space.</summary>
public enum Agency : byte
{
    /// <summary>None recognised.</summary>
    None,

    /// <summary>GS1.</summary>
    Gs1,

    /// <summary>Health Industry Business Communications Council.</summary>
    Hibcc,

    /// <summary>ICCBBA: ISBT 128.</summary>
    Iccbba,

    /// <summary>IFA: PPN.</summary>
    Ifa,

    /// <summary>ZIIOT: MA (IDcode).</summary>
    Ma,

    /// <summary>Alibaba Health.</summary>
    Ahm,
}

/// <summary>In which syntax an identifier was written.</summary>
public enum UdiKind : byte
{
    /// <summary>None recognised.</summary>
    Unknown,

    /// <summary>A GS1 symbol as scanned: separators, usually an AIM identifier.</summary>
    Gs1Scan,

    /// <summary>GS1 as printed: identifiers in brackets.</summary>
    Gs1Bracketed,

    /// <summary>A GS1 Digital Link URI.</summary>
    Gs1DigitalLink,

    /// <summary>A bare GTIN or SSCC.</summary>
    Gs1Key,

    /// <summary>Six bare digits: a date as GS1 writes it.</summary>
    Gs1Date,

    /// <summary>An EPC URN.</summary>
    EpcUrn,

    /// <summary>HIBC primary: the device identifier.</summary>
    HibcPrimary,

    /// <summary>HIBC secondary alone: production identifiers and a link character.</summary>
    HibcSecondary,

    /// <summary>HIBC, both in one symbol.</summary>
    HibcConcatenated,

    /// <summary>HIBC, two symbols of one label.</summary>
    HibcPair,

    /// <summary>ISBT 128 data structures.</summary>
    Isbt128,

    /// <summary>An ISBT 128 compound message.</summary>
    Isbt128Compound,

    /// <summary>ISO/IEC 15434 format 06 (IFA's PPN).</summary>
    Iso15434,

    /// <summary>MA (IDcode).</summary>
    MaIdCode,

    /// <summary>AHM.</summary>
    Ahm,

    /// <summary>A Basic UDI-DI of any agency.</summary>
    BasicUdiDi,
}

/// <summary>One thing to say about what was read: which sort, and where.</summary>
/// <param name="Position">The character of the input, from 0.</param>
public sealed record Diagnostic(FindingKind Kind, int Position, params string[] Arguments)
{
    /// <summary>Which symbol of a label, from 0.</summary>
    public int Symbol { get; init; }

    /// <summary>How much it weighs.</summary>
    public Severity Severity => Kind.Severity;

    /// <summary>The stable code.</summary>
    public string Code => Kind.Code;

    /// <summary>The arguments for a Chinese reader, where some are words.</summary>
    public string[]? ArgumentsZh { get; init; }

    /// <summary>As a finding about the sender's document.</summary>
    public Finding At(string path) => new(Kind, path, Arguments) { ArgumentsZh = ArgumentsZh };

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code} at {Position}: {At("").What(CultureInfo.InvariantCulture)}");
}

/// <summary>One element as it stands: its key (an application identifier, a data identifier, a tag) and its value. Makes no string before it is asked.</summary>
public readonly struct UdiElement
{
    // Input is bounded by Udi.LengthMax, so two bytes do.
    private readonly string source;
    private readonly ushort start;
    private readonly ushort length;

    // at: the place in the input, where that is not the place in the source: percent-decoded values.
    internal UdiElement(string key, string source, int start, int length, ApplicationIdentifier? ai = null, int at = -1, byte symbol = 0)
    {
        Key = key;
        this.source = source;
        this.start = (ushort)start;
        this.length = (ushort)length;
        Position = at < 0 ? start : at;
        Symbol = symbol;
        Ai = ai;
    }

    /// <summary>An element of GS1, to write.</summary>
    public UdiElement(string key, string value)
        : this(key, value, 0, value.Length, ApplicationIdentifiers.Find(key))
    {
    }

    /// <summary>The key.</summary>
    public string Key { get; }

    /// <summary>The value.</summary>
    public string Value => start == 0 && length == source.Length ? source : source.Substring(start, length);

    /// <summary>The rules of a GS1 element.</summary>
    public ApplicationIdentifier? Ai { get; }

    internal ReadOnlySpan<char> Span => source.AsSpan(start, length);

    /// <summary>The character of the input where the value starts.</summary>
    public int Position { get; }

    /// <summary>The symbol of the label in which it stands, from 0.</summary>
    public byte Symbol { get; }

    internal int Length => length;

    internal UdiElement In(byte symbol) => new(Key, source, start, length, Ai, Position, symbol);

    internal UdiElement At(int position) => new(Key, source, start, length, Ai, position, Symbol);

    /// <inheritdoc/>
    public override string ToString() => $"({Key}){Value}";
}

/// <summary>What HIBC says beyond the common fields.</summary>
public sealed record HibccParts
{
    /// <summary>Labeller identification code.</summary>
    public string? Lic { get; internal set; }

    /// <summary>Product or catalogue number.</summary>
    public string? Pcn { get; internal set; }

    /// <summary>Unit of measure: 0 unit of use, 1–8 packaging, 9 variable.</summary>
    public int? UnitOfMeasure { get; internal set; }

    /// <summary>The last character of the symbol.</summary>
    public char? CheckCharacter { get; internal set; }

    /// <summary>What the secondary repeats of its primary: that one's check character.</summary>
    public char? LinkCharacter { get; internal set; }

    /// <summary>The expiry as it is written, without its format digit.</summary>
    public string? ExpiryAsWritten { get; internal set; }
}

/// <summary>What ISBT 128 says beyond the common fields.</summary>
public sealed record IccbbaParts
{
    /// <summary>The donation identification number with its flags: 15 characters.</summary>
    public string? Din { get; internal set; }

    /// <summary>The donation identification number alone: 13 characters.</summary>
    public string? Din13 => Din?[..13];

    /// <summary>Type-3 flags are a checksum of the number; null where the flags say something else.</summary>
    public bool? DinChecksumIsRight { get; internal set; }

    /// <summary>A compound message's reference to a defined sequence.</summary>
    public string? CompoundReference { get; internal set; }

    /// <summary>Whether the device identifier is that of a blood container.</summary>
    public bool IsContainer { get; internal set; }

    /// <summary>The expiry as it is written.</summary>
    public string? ExpiryAsWritten { get; internal set; }

    /// <summary>The manufacture as it is written.</summary>
    public string? ManufactureAsWritten { get; internal set; }
}

/// <summary>What MA says beyond the common fields.</summary>
public sealed record MaParts
{
    /// <summary>The registrant: six digits.</summary>
    public string? Registrant { get; internal set; }

    /// <summary>Packaging level.</summary>
    public string? PackagingLevel { get; internal set; }

    /// <summary>The item.</summary>
    public string? Item { get; internal set; }

    /// <summary>The device identifier's check digit as it stands.</summary>
    public string? DiCheck { get; internal set; }

    /// <summary>The production identifiers' check digit as it stands.</summary>
    public string? PiCheck { get; internal set; }

    /// <summary>有效期 (V): valid through; another field than the expiry 失效期 (E).</summary>
    public UdiDate? ValidUntil { get; internal set; }

    /// <summary>The lot of sterilisation.</summary>
    public string? SterilizationLot { get; internal set; }
}

/// <summary>
/// What a scanned or typed identifier says: always an answer, with everything that could be understood and a list of what is wrong.
/// </summary>
public sealed class UdiReading
{
    private UdiElement[] elements = [];
    private int count;
    private List<Diagnostic>? diagnostics;

    internal UdiReading(string text)
    {
        Text = text;
    }

    /// <summary>The input, separators normalised to GS. Of two symbols, the first.</summary>
    public string Text { get; internal set; }

    /// <summary>Who issues the code space.</summary>
    public Agency Agency { get; internal set; }

    /// <summary>The syntax.</summary>
    public UdiKind Kind { get; internal set; }

    /// <summary>The AIM identifier in front, such as <c>]d2</c>.</summary>
    public string? SymbologyIdentifier { get; internal set; }

    /// <summary>The canonical device identifier: 14 digits of a GTIN, LIC+PCN+U/M, 16 or 10 characters of ISBT 128, a PPN, five dotted parts of MA.</summary>
    public string? DeviceIdentifier { get; internal set; }

    /// <summary>Lot or batch.</summary>
    public string? Lot { get; internal set; }

    /// <summary>Serial number; of ISBT 128, the division.</summary>
    public string? Serial { get; internal set; }

    /// <summary>Date of manufacture.</summary>
    public UdiDate? Manufactured { get; internal set; }

    /// <summary>Date of expiry.</summary>
    public UdiDate? Expires { get; internal set; }

    /// <summary>Version of software as a medical device.</summary>
    public string? SoftwareVersion { get; internal set; }

    /// <summary>Distinct identification code of human tissue: the donation number of ISBT 128.</summary>
    public string? DistinctIdentification => Iccbba?.Din;

    /// <summary>How many units the package holds, where the label says so.</summary>
    public int? Quantity { get; internal set; }

    /// <summary>A Basic UDI-DI.</summary>
    public string? BasicUdiDi { get; internal set; }

    /// <summary>A Master UDI-DI.</summary>
    public string? MasterUdiDi { get; internal set; }

    /// <summary>The check that belongs there, for a bare key and a Basic UDI-DI.</summary>
    public string? RightCheck { get; internal set; }

    /// <summary>A bare date.</summary>
    public UdiDate? Date { get; internal set; }

    /// <summary>The length of the GS1 company prefix, where an EPC URN tells it.</summary>
    public int? CompanyPrefixLength { get; internal set; }

    /// <summary>HIBC's own parts.</summary>
    public HibccParts? Hibcc { get; internal set; }

    /// <summary>ISBT 128's own parts.</summary>
    public IccbbaParts? Iccbba { get; internal set; }

    /// <summary>MA's own parts.</summary>
    public MaParts? Ma { get; internal set; }

    /// <summary>Germany's number within a PPN.</summary>
    public string? Pzn { get; internal set; }

    /// <summary>Everything that stands in the symbol, in its order.</summary>
    public IReadOnlyList<UdiElement> Elements => new ArraySegment<UdiElement>(elements, 0, count);

    /// <summary>What is wrong, or worth a word; the gravest is not necessarily first.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => diagnostics ?? (IReadOnlyList<Diagnostic>)[];

    /// <summary>Whether nothing is wrong by the rules of its agency.</summary>
    public bool IsValid => diagnostics is null || !diagnostics.Exists(d => d.Severity == Severity.Error);

    /// <summary>Whether every element is right in itself; companions may be missing, as in one symbol of two.</summary>
    public bool IsWellFormed => diagnostics is null || !diagnostics.Exists(d => d.Severity == Severity.Error && d.Kind != UdiFindings.MissingRequiredAi);

    /// <summary>Whether it can be acted on when received: nothing is wrong but checks and companions. What we print must be <see cref="IsValid"/>.</summary>
    public bool IsUsable => diagnostics is null || !diagnostics.Exists(d => d.Severity == Severity.Error && !IsForgivable(d.Kind));

    /// <summary>The Digital Link's own subject: how many of the elements stand in its path.</summary>
    internal int PathElements { get; set; }

    /// <summary>Two symbols as one.</summary>
    internal string? Joined { get; set; }

    /// <summary>The GTIN of an EAN or UPC symbol: no element of it, and yet what elements of a composite symbol beside it belong to.</summary>
    internal string? BareGtin { get; set; }

    internal ReadOnlySpan<UdiElement> Span => elements.AsSpan(0, count);

    /// <summary>What is said of one item, bare GTIN and all.</summary>
    internal ReadOnlySpan<UdiElement> Said => BareGtin is null ? Span : (UdiElement[])[new("01", BareGtin), .. Span];

    /// <summary>The first element of this key.</summary>
    public string? this[string key]
    {
        get
        {
            foreach (ref readonly var element in Span)
            {
                if (element.Key == key)
                {
                    return element.Value;
                }
            }

            return null;
        }
    }

    internal static bool IsForgivable(FindingKind kind) =>
        kind == UdiFindings.CheckDigit || kind == UdiFindings.CheckCharacter || kind == UdiFindings.CheckCharacters || kind == UdiFindings.CheckDigits
        || kind == UdiFindings.MissingRequiredAi || kind == UdiFindings.MutuallyExclusiveAis || kind == UdiFindings.Gcp;

    internal void Add(UdiElement element)
    {
        if (count == elements.Length)
        {
            Array.Resize(ref elements, Math.Max(4, count * 2));
        }

        elements[count++] = element;
    }

    internal UdiReading Wrong(FindingKind kind, int position, params string[] arguments)
    {
        (diagnostics ??= []).Add(new Diagnostic(kind, position, arguments));
        return this;
    }

    /// <summary>The same with a reason in words, which stands behind what was met.</summary>
    internal UdiReading WrongBecause(FindingKind kind, int position, string met, string why, string whyZh)
    {
        Say(new Diagnostic(kind, position, met, why) { ArgumentsZh = [met, whyZh] });
        return this;
    }

    internal void Wrong(FindingKind kind, in UdiElement element, params string[] arguments) =>
        (diagnostics ??= []).Add(new Diagnostic(kind, element.Position, arguments) { Symbol = element.Symbol });

    internal void Say(Diagnostic diagnostic) => (diagnostics ??= []).Add(diagnostic);

    internal void Change(Func<Diagnostic, Diagnostic> change)
    {
        for (var i = 0; i < (diagnostics?.Count ?? 0); i++)
        {
            diagnostics![i] = change(diagnostics[i]);
        }
    }

    /// <summary>Where everything stands in what was sent, when what was read is a part or a rendering of it.</summary>
    internal void Move(Func<int, int> place)
    {
        Change(d => d with { Position = place(d.Position) });
        for (var i = 0; i < count; i++)
        {
            elements[i] = elements[i].At(place(elements[i].Position));
        }
    }
}
