using Clew.Identification;

namespace Clew.Facts;

/// <summary>
/// One thing that was said to have happened: who, when, where, to which items, with what evidence.
/// The same record for every <see cref="Facts.Kind"/>; which parts a kind must have is a column of the <see cref="Vocabulary"/>.
/// </summary>
/// <remarks>
/// What the sender said and we have no member for is carried in <see cref="Details"/>, never dropped.
/// Personal data of patients is no part of a fact (see <c>Care</c>); a patient appears as a random reference at most.
/// </remarks>
public sealed record Fact
{
    /// <summary>What sort of thing happened.</summary>
    public required Kind Kind { get; init; }

    /// <summary>The sender's own id: said again with the same content it is the same fact, with other content a conflict.</summary>
    public required string Id { get; init; }

    /// <summary>When, in the world.</summary>
    public required EventTime Happened { get; init; }

    /// <summary>To which items: the subjects; for packing the contents, for fitting the parts, for a transformation the outputs.</summary>
    public IReadOnlyList<Quantified> Items { get; init; } = [];

    /// <summary>The list of items stands beside the fact because it is long: its hash and length are in the fact.</summary>
    public Attachment? ItemsBeside { get; init; }

    /// <summary>The whole that parts are fitted in or removed from; the container that contents are packed in or unpacked from.</summary>
    public Identity? Parent { get; init; }

    /// <summary>What a transformation consumed.</summary>
    public IReadOnlyList<Quantified> Inputs { get; init; } = [];

    /// <summary>The same of a long list of inputs as <see cref="ItemsBeside"/> of the items.</summary>
    public Attachment? InputsBeside { get; init; }

    /// <summary>Where it happened.</summary>
    public Identity? Place { get; init; }

    /// <summary>Where a movement came from.</summary>
    public End? From { get; init; }

    /// <summary>Where a movement goes: the consignee.</summary>
    public End? To { get; init; }

    /// <summary>Who took part, and as what: operator, witness, carrier, engineer.</summary>
    public IReadOnlyList<Participant> Participants { get; init; } = [];

    /// <summary>The business documents it belongs to: order, waybill, work order (CBV business transaction types).</summary>
    public IReadOnlyList<Reference> References { get; init; } = [];

    /// <summary>What shows that it is so: files, by hash.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>The certificate that a unit is bound to.</summary>
    public Certificate? Certificate { get; init; }

    /// <summary>The lot that the units were made in, as on the label.</summary>
    public string? Lot { get; init; }

    /// <summary>Last day of use.</summary>
    public DateOnly? Expires { get; init; }

    /// <summary>Version of the design or of the software.</summary>
    public string? Version { get; init; }

    /// <summary>How it came out: one of the kind's <see cref="Kind.Outcomes"/>.</summary>
    public string? Outcome { get; init; }

    /// <summary>Why, in the sender's words.</summary>
    public string? Reason { get; init; }

    /// <summary>Number of the hold or recall that this belongs to.</summary>
    public string? Case { get; init; }

    /// <summary>What a hold catches or a scope is asked for.</summary>
    public Criterion? Criterion { get; init; }

    /// <summary>The fact that this one corrects.</summary>
    public Correction? Corrects { get; init; }

    /// <summary>The product, party or place that this one describes.</summary>
    public Description? Describes { get; init; }

    /// <summary>Whether the sender asks leave or tells what has happened.</summary>
    public Mode Mode { get; init; }

    /// <summary>Everything else that the sender said: a canonical JSON object, or empty.</summary>
    public ReadOnlyMemory<byte> Details { get; init; }

    /// <summary>The same of long details: <see cref="Attachment.Count"/> is their bytes.</summary>
    public Attachment? DetailsBeside { get; init; }

    /// <summary>What stands beside it, by hash.</summary>
    public IEnumerable<string> Beside => new[] { ItemsBeside, InputsBeside, DetailsBeside }.OfType<Attachment>().Select(a => a.Sha256);
}

/// <summary>A message may be refused; a fact never is.</summary>
public enum Mode : byte
{
    /// <summary>It has happened. Recorded even where the rules did not expect it, and then marked irregular.</summary>
    Reported = 0,

    /// <summary>Somebody of ours wants to do it. Refused, with the reason, where the rules forbid it.</summary>
    Intended = 1,
}

/// <summary>An item and, for a lot, how much of it.</summary>
/// <param name="Quantity">Of a lot; nothing means "all of it" or, for a unit, one.</param>
/// <param name="Unit">UN/ECE Recommendation 20 unit code; nothing means pieces.</param>
public readonly record struct Quantified(Identity Item, decimal? Quantity = null, string? Unit = null);

/// <summary>One end of a movement.</summary>
public sealed record End(Identity? Party, Identity? Place);

/// <summary>Somebody's part in what happened.</summary>
/// <param name="Role">operator, inspector, releaser, carrier, engineer, witness, …</param>
/// <param name="Who">A staff number, a user name, or a party's identity: never a patient.</param>
public sealed record Participant(string Role, string Who);

/// <summary>A business document.</summary>
/// <param name="Type">po, desadv, recadv, inv, prodorder, testres, cert, rma, or a URI of the sender's.</param>
public sealed record Reference(string Type, string Number);

/// <summary>A file that shows that it is so, by the hash of its bytes.</summary>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record Evidence(string Kind, string Name, string Sha256, string? MediaType = null);

/// <summary>A certificate of production, verification or conformity, and the hash of its file (ID-3).</summary>
/// <param name="Sha256">64 lower-case hexadecimal digits.</param>
public sealed record Certificate(string Number, string Sha256);

/// <summary>Why an earlier fact does not stand (EPCIS error declaration).</summary>
public enum CorrectionReason
{
    /// <summary>It did not happen.</summary>
    DidNotOccur,

    /// <summary>It happened, but otherwise: see the facts that replace it.</summary>
    IncorrectData,
}

/// <summary>Names the fact that does not stand, by its sender's id, and those that say it rightly.</summary>
public sealed record Correction(string Id, CorrectionReason Reason, IReadOnlyList<string> ReplacedBy);

/// <summary>A list or details that stand beside an entry, hashed into it.</summary>
/// <param name="Count">How many lines it has; of details, how many bytes.</param>
/// <param name="Sha256">Of its bytes: 64 lower-case hexadecimal digits.</param>
public sealed record Attachment(int Count, string Sha256);

/// <summary>
/// What a recall or hold is about: everything that meets any of its parts.
/// </summary>
/// <param name="Lots">Lots of components, or the units' own lots.</param>
/// <param name="Serials">Units, and whatever contains them.</param>
/// <param name="Products">Products, narrowed by the dates of making.</param>
/// <param name="MadeFrom">First instant of making.</param>
/// <param name="MadeUntil">Instant before which they were made.</param>
/// <param name="Suppliers">Parties that supplied a component lot.</param>
public sealed record Criterion(
    IReadOnlyList<Identity> Lots, IReadOnlyList<Identity> Serials, IReadOnlyList<Identity> Products,
    EventTime? MadeFrom, EventTime? MadeUntil, IReadOnlyList<Identity> Suppliers);

/// <summary>A new version of a product's, party's or place's master data, valid from the fact's time.</summary>
public abstract record Description(Identity Subject, string NameEn, string NameZh);

/// <summary>A product as its maker describes it.</summary>
/// <param name="Model">Model designation, as on the label.</param>
/// <param name="Components">Products of which every unit must contain at least one: what a completeness check looks for.</param>
/// <param name="NeedsCertificate">Whether a unit may be released only with a certificate bound.</param>
/// <param name="IsDevice">A medical device in its own right, not a component of one.</param>
/// <param name="Maker">Who makes it; for components, the supplier.</param>
public sealed record ProductDescription(
    Identity Subject, string NameEn, string NameZh, string Model,
    IReadOnlyList<Identity> Components, bool NeedsCertificate, bool IsDevice, Identity? Maker) : Description(Subject, NameEn, NameZh);

/// <summary>A party and what it is to us.</summary>
/// <param name="CompanyPrefix">Its GS1 company prefix, 6 to 12 digits: where it ends in a key, no key says.</param>
public sealed record PartyDescription(Identity Subject, string NameEn, string NameZh, PartyRole Role, string? Country, string? Contact, string? CompanyPrefix = null) : Description(Subject, NameEn, NameZh);

/// <summary>A place, who runs it, and what it is part of.</summary>
public sealed record PlaceDescription(Identity Subject, string NameEn, string NameZh, Identity? Owner, Identity? Within, string? Use) : Description(Subject, NameEn, NameZh);

/// <summary>What a party does in the life of a device.</summary>
public enum PartyRole : byte
{
    /// <summary>Not said yet.</summary>
    Unknown = 0,

    /// <summary>注册人、备案人 manufacturer, with its own warehouses and service centres</summary>
    Manufacturer = 1,

    /// <summary>供应商</summary>
    Supplier = 2,

    /// <summary>经销商</summary>
    Distributor = 3,

    /// <summary>使用单位 hospital or other user facility</summary>
    User = 4,

    /// <summary>承运人</summary>
    Carrier = 5,

    /// <summary>监管部门</summary>
    Regulator = 6,
}
