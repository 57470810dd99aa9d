using System.Globalization;
using Clew.Access;
using Clew.Facts;
using Clew.Identification;
using Clew.Lifecycle;
using Clew.MasterData;
using Clew.Server.Access;

namespace Clew.Server.Web;

/// <summary>How the kernel's words and the company's names are written in the reader's language.</summary>
public static class Said
{
    /// <summary>A stage.</summary>
    public static string Name(Stage stage) => Word.IsChinese ? Stages.Of(stage).Zh : Stages.Of(stage).En;

    /// <summary>A hold.</summary>
    public static string Name(Hold hold) => Word.IsChinese ? Stages.Names(hold).Zh : Stages.Names(hold).En;

    /// <summary>A stage and, where there is one, the hold.</summary>
    public static string Name(Stage stage, Hold hold) => hold == Hold.None ? Name(stage) : $"{Name(stage)} · {Name(hold)}";

    /// <summary>A kind of fact.</summary>
    public static string Name(Kind kind) => Word.IsChinese ? kind.Zh : kind.En;

    /// <summary>A product, by its names or else its code.</summary>
    public static string Name(Product? product) => product is null ? "" : Name(product.Description, product.Identity);

    /// <summary>A party.</summary>
    public static string Name(Party? party) => party is null ? "" : Name(party.Description, party.Identity);

    /// <summary>A place.</summary>
    public static string Name(Place? place) => place is null ? "" : Name(place.Description, place.Identity);

    /// <summary>A role of a person.</summary>
    public static string Role(string word) => Roles.Find(word) is { } row ? Word.IsChinese ? row.Zh : row.En : word;

    /// <summary>The person who is signed in.</summary>
    public static string Person(System.Security.Claims.ClaimsPrincipal user) =>
        user.FindFirst(Word.IsChinese ? SignIn.NameZhClaim : SignIn.NameEnClaim)?.Value ?? user.Identity?.Name ?? "";

    /// <summary>What a scope or a recall is about, in few words.</summary>
    public static string Criterion(Criterion criterion, Register register)
    {
        string[] all =
        [
            .. criterion.Lots.Concat(criterion.Serials).Select(Short), .. criterion.Products.Select(p => register.FindProduct(p.Text) is { } known ? Name(known) : p.Text),
            .. criterion.Suppliers.Select(p => register.FindParty(p.Text) is { } known ? Name(known) : p.Text),
        ];
        return all.Length <= 3 ? string.Join(", ", all) : $"{all[0]}, {all[1]} {Words.AndMore.With(all.Length - 2)}";
    }

    /// <summary>What the rules did not expect, in sentences, and how to mend each.</summary>
    public static IEnumerable<(string What, string Remedy)> Sentences(Irregularity set, string item, string standing, string deed) => Irregularities.All
        .Where(row => (set & row.Irregularity) != 0)
        .Select(row => new Finding(row.Finding, "", item, standing, deed))
        .Select(f => (f.What(CultureInfo.CurrentUICulture), f.Remedy(CultureInfo.CurrentUICulture)));

    /// <summary>How an item is called where its product is named beside it: the bare serial or lot; the whole identity of a pallet.</summary>
    public static string Short(Identity identity) =>
        identity.Instance.Length > 0 ? identity.Instance : identity.Text.StartsWith("gs1:00/", StringComparison.Ordinal) ? identity.Text[7..] : identity.Text;

    /// <summary>The address of an item's page.</summary>
    public static string Address(Identity identity) =>
        "/devices/" + string.Join('/', identity.Text.Split('/').Select(Uri.EscapeDataString)).Replace("%3A", ":", StringComparison.Ordinal);

    /// <summary>A moment where it happened, to the minute, with its offset.</summary>
    public static string Time(EventTime time) => Time(time.AsDateTimeOffset());

    /// <inheritdoc cref="Time(EventTime)"/>
    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture);

    /// <summary>A moment of which our tables know no offset, as our clock shows it.</summary>
    public static string Here(DateTimeOffset time) => Time(time.ToLocalTime());

    /// <summary>Only its day here, where the hour does not matter.</summary>
    public static string Day(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>A whole number in groups of three.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A quantity of a lot.</summary>
    public static string Quantity(decimal quantity) => quantity.ToString("#,0.######", CultureInfo.InvariantCulture);

    private static string Name(Description? description, Identity identity)
    {
        var name = description is null ? "" : Word.IsChinese ? description.NameZh : description.NameEn;
        return name.Length > 0 ? name : description is { NameEn.Length: > 0 } ? description.NameEn : description is { NameZh.Length: > 0 } ? description.NameZh : identity.Text;
    }
}
