using Clew.Facts;
using Clew.Identification;
using Clew.Identification.Gs1;
using Clew.Ledger;

namespace Clew.MasterData;

/// <summary>A product as we know it now. Met in a fact before anybody described it, it has a number and no names.</summary>
public sealed class Product(int number, Identity identity)
{
    private readonly List<(Sequence Since, ProductDescription Description)> versions = [];

    /// <summary>Its number in our tables.</summary>
    public int Number { get; } = number;

    /// <summary>The device identifier.</summary>
    public Identity Identity { get; } = identity;

    /// <summary>The latest description by time of happening, whenever we heard of it.</summary>
    public ProductDescription? Description => versions.Count == 0 ? null : versions[^1].Description;

    /// <summary>All descriptions, the oldest first.</summary>
    public IReadOnlyList<(Sequence Since, ProductDescription Description)> Versions => versions;

    /// <summary>What a unit made then must contain. Before its first description a product is taken to have been as first described.</summary>
    public IReadOnlyList<Identity> ComponentsAt(Sequence made) => At(made)?.Components ?? [];

    /// <summary>The description that held then.</summary>
    public ProductDescription? At(Sequence when)
    {
        if (versions.Count == 0)
        {
            return null;
        }

        var found = versions[0].Description;
        foreach (var (since, description) in versions)
        {
            if (since > when)
            {
                break;
            }

            found = description;
        }

        return found;
    }

    internal void Describe(Sequence since, ProductDescription description)
    {
        var at = versions.FindIndex(v => v.Since > since);
        versions.Insert(at < 0 ? versions.Count : at, (since, description));
    }
}

/// <summary>A party as we know it now.</summary>
public sealed class Party(int number, Identity identity)
{
    /// <summary>Its number in our tables.</summary>
    public int Number { get; } = number;

    /// <summary>Its GLN (AI 417) or own code.</summary>
    public Identity Identity { get; } = identity;

    /// <summary>The latest description.</summary>
    public PartyDescription? Description { get; private set; }

    /// <summary>
    /// What it does: said once. A party that changes its trade is described as a new party, because every receipt that it ever
    /// gave would otherwise mean something else.
    /// </summary>
    public PartyRole Role { get; private set; }

    private Sequence Since { get; set; } = Sequence.Beginning;

    internal void Describe(Sequence since, PartyDescription description)
    {
        Role = Role == PartyRole.Unknown ? description.Role : Role;
        if (since >= Since)
        {
            (Since, Description) = (since, description);
        }
    }
}

/// <summary>A place as we know it now.</summary>
public sealed class Place(int number, Identity identity)
{
    /// <summary>Its number in our tables.</summary>
    public int Number { get; } = number;

    /// <summary>Its GLN (AI 414, perhaps with extension) or own code.</summary>
    public Identity Identity { get; } = identity;

    /// <summary>The latest description.</summary>
    public PlaceDescription? Description { get; private set; }

    /// <summary>Who runs it: said once, as a party's role is.</summary>
    public Party? Owner { get; private set; }

    private Sequence Since { get; set; } = Sequence.Beginning;

    internal void Describe(Sequence since, PlaceDescription description, Party? owner)
    {
        Owner ??= owner;
        if (since >= Since)
        {
            (Since, Description) = (since, description);
        }
    }
}

/// <summary>
/// All products, parties and places, in memory: a company has tens of thousands, not millions.
/// Those first met in a fact get a number at once and are described when somebody does.
/// </summary>
public sealed class Register
{
    private readonly Dictionary<string, Product> products = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Party> parties = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Place> places = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Product> productsByNumber = [];
    private readonly Dictionary<int, Party> partiesByNumber = [];
    private readonly Dictionary<int, Place> placesByNumber = [];

    private readonly Dictionary<Kind, List<(Sequence Since, IReadOnlyList<string> Evidence)>> rules = [];

    // What a party once had stays what keys of it begin with.
    private readonly HashSet<string> prefixes = new(StringComparer.Ordinal);

    /// <summary>All products.</summary>
    public IReadOnlyCollection<Product> Products => products.Values;

    /// <summary>All parties.</summary>
    public IReadOnlyCollection<Party> Parties => parties.Values;

    /// <summary>All places.</summary>
    public IReadOnlyCollection<Place> Places => places.Values;

    /// <summary>The number that the next product, party or place gets; one count for all three.</summary>
    public int Next { get; private set; } = 1;

    /// <summary>Names met for the first time since the last <see cref="TakeNew"/>, to be written down.</summary>
    private readonly List<(int Number, Identity Identity)> met = [];

    /// <summary>The product, if we ever met it.</summary>
    public Product? FindProduct(string text) => products.GetValueOrDefault(text);

    /// <summary>The party, if we ever met it.</summary>
    public Party? FindParty(string text) => parties.GetValueOrDefault(text);

    /// <summary>The place, if we ever met it.</summary>
    public Place? FindPlace(string text) => places.GetValueOrDefault(text);

    /// <summary>The product with this number.</summary>
    public Product? ProductOf(int number) => productsByNumber.GetValueOrDefault(number);

    /// <summary>The party with this number.</summary>
    public Party? PartyOf(int number) => partiesByNumber.GetValueOrDefault(number);

    /// <summary>The place with this number.</summary>
    public Place? PlaceOf(int number) => placesByNumber.GetValueOrDefault(number);

    /// <summary>How many digits of a GS1 key, from its prefix on, are the company prefix of a party that has told us its own; nothing where none has.</summary>
    public int? PrefixLength(string key)
    {
        for (var length = Math.Min(EpcUri.PrefixMax, key.Length); length >= EpcUri.PrefixMin; length--)
        {
            if (prefixes.Contains(key[..length]))
            {
                return length;
            }
        }

        return null;
    }

    /// <summary>The product, met now if never before.</summary>
    public Product Product(Identity identity) => FindProduct(identity.Text) ?? Know(Next, identity, products, productsByNumber, (n, i) => new Product(n, i), isNew: true);

    /// <summary>The party, met now if never before.</summary>
    public Party Party(Identity identity) => FindParty(identity.Text) ?? Know(Next, identity, parties, partiesByNumber, (n, i) => new Party(n, i), isNew: true);

    /// <summary>The place, met now if never before.</summary>
    public Place Place(Identity identity) => FindPlace(identity.Text) ?? Know(Next, identity, places, placesByNumber, (n, i) => new Place(n, i), isNew: true);

    /// <summary>Puts back a name that was written down before.</summary>
    public void Restore(int number, Identity identity)
    {
        switch (identity.Granularity)
        {
            case Granularity.Place:
                Know(number, identity, places, placesByNumber, (n, i) => new Place(n, i), isNew: false);
                break;
            case Granularity.Party:
                Know(number, identity, parties, partiesByNumber, (n, i) => new Party(n, i), isNew: false);
                break;
            default:
                Know(number, identity, products, productsByNumber, (n, i) => new Product(n, i), isNew: false);
                break;
        }
    }

    /// <summary>Takes in a description.</summary>
    public void Describe(Sequence since, Description description)
    {
        switch (description)
        {
            case ProductDescription product:
                Product(product.Subject).Describe(since, product);
                break;
            case PartyDescription party:
                Party(party.Subject).Describe(since, party);
                if (party.CompanyPrefix is { } prefix)
                {
                    prefixes.Add(prefix);
                }

                break;
            case PlaceDescription place:
                Place(place.Subject).Describe(since, place, place.Owner is { } owner ? Party(owner) : null);
                break;
        }
    }

    /// <summary>Takes in a rule of evidence.</summary>
    public void Require(Sequence since, EvidenceRule rule)
    {
        if (!rules.TryGetValue(rule.For, out var versions))
        {
            rules[rule.For] = versions = [];
        }

        var at = versions.FindIndex(v => v.Since > since);
        versions.Insert(at < 0 ? versions.Count : at, (since, rule.Evidence));
    }

    /// <summary>The sorts of evidence that a fact of this kind must bring, by the rule that held when it happened.</summary>
    public IReadOnlyList<string> EvidenceFor(Kind kind, Sequence when)
    {
        if (!rules.TryGetValue(kind, out var versions))
        {
            return [];
        }

        var at = versions.FindLastIndex(v => v.Since <= when);
        return at < 0 ? [] : versions[at].Evidence;
    }

    /// <summary>All rules of evidence in force, each with the moment from which it is.</summary>
    public IEnumerable<(Kind For, IReadOnlyList<string> Evidence, Sequence Since)> EvidenceRules =>
        rules.Select(r => (r.Key, r.Value[^1].Evidence, r.Value[^1].Since)).Where(r => r.Evidence.Count > 0).OrderBy(r => r.Key.Number);

    /// <summary>The names met since last asked, and forgets that they are new.</summary>
    public IReadOnlyList<(int Number, Identity Identity)> TakeNew()
    {
        (int, Identity)[] taken = [.. met];
        met.Clear();
        return taken;
    }

    private T Know<T>(int number, Identity identity, Dictionary<string, T> byText, Dictionary<int, T> byNumber, Func<int, Identity, T> make, bool isNew)
    {
        var known = make(number, identity);
        byText[identity.Text] = known;
        byNumber[number] = known;
        Next = Math.Max(Next, number + 1);
        if (isNew)
        {
            met.Add((number, identity));
        }

        return known;
    }
}
