namespace Clew.Facts;

/// <summary>The family that a kind of fact belongs to. The first nine are the ones that every traceability rule names (EV-1).</summary>
public enum Family
{
    /// <summary>生产</summary>
    Production,

    /// <summary>入库</summary>
    Inbound,

    /// <summary>出库</summary>
    Outbound,

    /// <summary>运输</summary>
    Transport,

    /// <summary>安装</summary>
    Installation,

    /// <summary>维护</summary>
    Maintenance,

    /// <summary>检定</summary>
    Verification,

    /// <summary>报废</summary>
    Scrap,

    /// <summary>召回</summary>
    Recall,

    /// <summary>质量</summary>
    Quality,

    /// <summary>谱系: what is fitted into what</summary>
    Genealogy,

    /// <summary>包装: what is packed into what</summary>
    Packing,

    /// <summary>使用</summary>
    Use,

    /// <summary>警戒: complaints and adverse events</summary>
    Vigilance,

    /// <summary>审计</summary>
    Audit,

    /// <summary>主数据</summary>
    MasterData,

    /// <summary>权限: who came in, and who may do what. Said by the server itself, and no event of EPCIS.</summary>
    Access,
}

/// <summary>What a fact does to where its items are and who holds them.</summary>
public enum Whereabouts
{
    /// <summary>Nothing.</summary>
    Keeps,

    /// <summary>They are at the fact's place, held by whoever runs it.</summary>
    At,

    /// <summary>They left for <see cref="Fact.To"/>: until they arrive, the place is the one they are bound for and the holder the consignee.</summary>
    Departs,

    /// <summary>They came to the fact's place; the holder is <see cref="Fact.To"/>'s party, or whoever runs the place.</summary>
    Arrives,
}

/// <summary>What a fact does to the quantity of a lot at a place.</summary>
public enum LotEffect
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>More of it at the fact's place.</summary>
    Adds,

    /// <summary>Less of it at the fact's place.</summary>
    Takes,

    /// <summary>Less at <see cref="Fact.From"/>'s place, more at the fact's place.</summary>
    Moves,
}

/// <summary>What a fact of some kind must say besides its kind, id and time.</summary>
[Flags]
public enum Required
{
    /// <summary>Nothing more.</summary>
    Nothing = 0,

    /// <summary>At least one item.</summary>
    Items = 1,

    /// <summary>The whole or the container: <see cref="Fact.Parent"/>.</summary>
    Parent = 2,

    /// <summary>A place.</summary>
    Place = 4,

    /// <summary>Where to: a party or a place.</summary>
    To = 8,

    /// <summary>A certificate.</summary>
    Certificate = 16,

    /// <summary>The number of a hold or recall.</summary>
    Case = 32,

    /// <summary>One of the kind's <see cref="Kind.Outcomes"/>.</summary>
    Outcome = 64,

    /// <summary>The fact that it corrects.</summary>
    Corrects = 128,

    /// <summary>A description of master data.</summary>
    Describes = 256,

    /// <summary>What a scope is asked for.</summary>
    Criterion = 512,
}

/// <summary>One row of the <see cref="Vocabulary"/>: a kind of fact. There is one object of each.</summary>
public sealed class Kind(
    short number, string word, string code, Family family, byte rank, Required requires,
    Whereabouts whereabouts, LotEffect lotEffect, string bizStep, string en, string zh)
{
    /// <summary>As stored in tables; never given to another kind.</summary>
    public short Number { get; } = number;

    /// <summary>As written in documents and in the ledger; never changes its meaning.</summary>
    public string Word { get; } = word;

    /// <summary>In the lifecycle model derived from the regulations; a dash where the model has none.</summary>
    public string Code { get; } = code;

    /// <summary>The family that it belongs to.</summary>
    public Family Family { get; } = family;

    /// <summary>Order among facts of one and the same instant: what must come first has the lower rank.</summary>
    public byte Rank { get; } = rank;

    /// <summary>What such a fact must say besides its kind, id and time.</summary>
    public Required Requires { get; } = requires;

    /// <summary>What it does to where its items are.</summary>
    public Whereabouts Whereabouts { get; } = whereabouts;

    /// <summary>What it does to the quantity of a lot.</summary>
    public LotEffect LotEffect { get; } = lotEffect;

    /// <summary>The CBV 2.0 business step.</summary>
    public string BizStep { get; } = bizStep;

    /// <summary>Its name in English.</summary>
    public string En { get; } = en;

    /// <summary>Its name in Chinese.</summary>
    public string Zh { get; } = zh;

    /// <summary>The words that <see cref="Fact.Outcome"/> may hold; empty when the kind has no outcome.</summary>
    public IReadOnlyList<string> Outcomes { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Word;
}
