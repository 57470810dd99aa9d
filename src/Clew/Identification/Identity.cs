using System.Diagnostics.CodeAnalysis;

namespace Clew.Identification;

/// <summary>What an <see cref="Identity"/> names.</summary>
public enum Granularity : byte
{
    /// <summary>A kind of product: a device identifier (UDI-DI), a GTIN, a part number.</summary>
    Product = 1,

    /// <summary>A lot of a product.</summary>
    Lot = 2,

    /// <summary>One unit: product and serial, or an asset number.</summary>
    Unit = 3,

    /// <summary>A case, pallet or other logistic unit (SSCC).</summary>
    LogisticUnit = 4,

    /// <summary>A place (GLN with AI 414, perhaps with an extension 254).</summary>
    Place = 5,

    /// <summary>A party: a company, a hospital (GLN with AI 417).</summary>
    Party = 6,
}

/// <summary>
/// The one identity of a traced thing across every system: (issuing agency, device identifier, serial or lot), owned by no company.
/// </summary>
/// <remarks>
/// <para>
/// Canonical text: the agency, a colon, and the path that GS1 Digital Link uses, percent-encoded as RFC 3986 unreserved:
/// <c>gs1:01/06901234567892/21/A%2F1</c>, <c>gs1:01/06901234567892/10/L7</c>, <c>gs1:00/006901234000000018</c>,
/// <c>gs1:414/6901234000016</c>, <c>hibcc:A123ABC1/21/S7</c>. GS1's own AI numbers 10 (lot) and 21 (serial) serve every agency.
/// A URI of no agency that we know stays as it is. Two texts name the same thing exactly if they are equal.
/// </para>
/// <para>For GS1 identities, <c>https://id.gs1.org/</c> before the path gives the canonical Digital Link URI.</para>
/// </remarks>
public readonly struct Identity : IEquatable<Identity>, IComparable<Identity>
{
    /// <summary>The longest canonical text. A GIAI of 30 characters, all percent-encoded, stays far below it.</summary>
    public const int LengthMax = 255;

    private readonly byte productLength;

    internal Identity(string text, Granularity granularity, int productLength)
    {
        Text = text;
        Granularity = granularity;
        this.productLength = checked((byte)productLength);
    }

    /// <summary>The canonical text.</summary>
    public string Text { get; }

    /// <summary>What is named.</summary>
    public Granularity Granularity { get; }

    /// <summary>The product's canonical text; for things that have no product (a pallet, a place) the whole text.</summary>
    public string Product => Text[..productLength];

    /// <summary>The bare serial or lot as it stands on the label; empty where there is none.</summary>
    public string Instance => Text.Length > productLength + InstanceMark ? Uri.UnescapeDataString(Text[(productLength + InstanceMark)..]) : "";

    /// <summary>The issuing agency's word, such as <c>gs1</c>; the scheme of a foreign URI.</summary>
    public string Agency => Text[..Text.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>The code behind the agency and the key: the GTIN's 14 digits, a HIBC's LIC+PCN+U/M.</summary>
    public string ProductCode
    {
        get
        {
            var product = Product;
            var start = product.IndexOf(':', StringComparison.Ordinal) + 1;
            return product.StartsWith("gs1:", StringComparison.Ordinal) ? product[(product.IndexOf('/', StringComparison.Ordinal) + 1)..] : product[start..];
        }
    }

    // "/21/" or "/10/"
    private static int InstanceMark => 4;

    /// <summary>A unit of a product. Both texts as on the label, not encoded.</summary>
    public static Identity Unit(string product, string serial) => Of(product, "21", serial, Granularity.Unit);

    /// <summary>A lot of a product. Both texts as on the label, not encoded.</summary>
    public static Identity Lot(string product, string lot) => Of(product, "10", lot, Granularity.Lot);

    /// <summary>Reads our canonical text, and whatever <see cref="Udi"/> reads and names a product, lot, unit, logistic unit, place or party; a URI of somebody else's stays as it is.</summary>
    public static Reading<Identity> Read(string text, string path = "", Granularity? expected = null) => IdentityReader.Read(text, path, expected);

    /// <summary>The canonical GS1 Digital Link URI, or for other agencies a URN of our own: usable wherever EPCIS 2.0 asks for a URI.</summary>
    public string ToUri() =>
        Text.StartsWith("gs1:8010/", StringComparison.Ordinal) && Instance.Length > 0 ? $"https://id.gs1.org/{Product.AsSpan(4)}/8011/{Text.AsSpan(productLength + InstanceMark)}" // a part's serial has a number of its own
        : Text.StartsWith("gs1:", StringComparison.Ordinal) ? string.Concat("https://id.gs1.org/", Text.AsSpan(4))
        : IdentityReader.IsOurs(Text) ? "urn:udi:" + Text
        : Text;

    /// <inheritdoc/>
    public bool Equals(Identity other) => string.Equals(Text, other.Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Identity other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Text is null ? 0 : string.GetHashCode(Text, StringComparison.Ordinal);

    /// <summary>Ordinal order of the canonical texts.</summary>
    public int CompareTo(Identity other) => string.CompareOrdinal(Text, other.Text);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Same thing.</summary>
    public static bool operator ==(Identity left, Identity right) => left.Equals(right);

    /// <summary>Different things.</summary>
    public static bool operator !=(Identity left, Identity right) => !left.Equals(right);

    /// <summary>Ordinal order.</summary>
    public static bool operator <(Identity left, Identity right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(Identity left, Identity right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(Identity left, Identity right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(Identity left, Identity right) => left.CompareTo(right) >= 0;

    private static Identity Of(string product, string key, string instance, Granularity granularity) =>
        new($"{product}/{key}/{Uri.EscapeDataString(instance)}", granularity, product.Length);
}
