namespace Clew.Simulation;

/// <summary>
/// The numbers of the story (TABLE): how many of everything there are, and what became of battery lot BAT-2409-B17. All that the
/// product answers about the demo company is compared with these by tests.
/// </summary>
public sealed record Numbers
{
    /// <summary>The name of the tier.</summary>
    public required string Tier { get; init; }

    /// <summary>CP-100 pumps built before the window in which the bad lot was used.</summary>
    public required int PumpsBefore { get; init; }

    /// <summary>CP-100 pumps built in the window: what a recall of "all pumps of those weeks" would stop.</summary>
    public required int PumpsInWindow { get; init; }

    /// <summary>CP-100 pumps built after it.</summary>
    public required int PumpsAfter { get; init; }

    /// <summary>SP-20 syringe pumps.</summary>
    public required int SyringePumps { get; init; }

    /// <summary>Lots of implants.</summary>
    public required int ImplantLots { get; init; }

    /// <summary>Implants in a lot.</summary>
    public required int UnitsPerLot { get; init; }

    /// <summary>Hospitals.</summary>
    public required int Hospitals { get; init; }

    /// <summary>Of these, so many hold units of the bad lot.</summary>
    public required int HospitalsConcerned { get; init; }

    /// <summary>Lots of each component that is tracked by lot.</summary>
    public required int LotsPerComponent { get; init; }

    /// <summary>Cells of the bad lot that the supplier delivered.</summary>
    public int Cells => BuiltIn + Spares + LooseInStore + LooseInVan + CellsScrappedIncoming + CellsScrappedOnLine;

    /// <summary>Cells built into pumps.</summary>
    public required int BuiltIn { get; init; }

    /// <summary>Cells fitted as spares, during service, into older pumps.</summary>
    public required int Spares { get; init; }

    /// <summary>Cells left in the raw-material store.</summary>
    public required int LooseInStore { get; init; }

    /// <summary>Cells left in the service van.</summary>
    public required int LooseInVan { get; init; }

    /// <summary>Cells scrapped at incoming inspection.</summary>
    public required int CellsScrappedIncoming { get; init; }

    /// <summary>Cells scrapped on the line.</summary>
    public required int CellsScrappedOnLine { get; init; }

    /// <summary>Pumps built with it and scrapped at final test.</summary>
    public required int PumpsScrapped { get; init; }

    /// <summary>Pumps built with it whose battery was since replaced by a good one.</summary>
    public required int Replaced { get; init; }

    /// <summary>Pumps that contain it now, in the finished-goods warehouse.</summary>
    public required int InWarehouse { get; init; }

    /// <summary>… on the way.</summary>
    public required int InTransit { get; init; }

    /// <summary>Of those on the way, so many are on a ward already: the hospital's receipt was refused and waits as an exception.</summary>
    public required int ReceiptRefused { get; init; }

    /// <summary>… at distributors.</summary>
    public required int AtDistributors { get; init; }

    /// <summary>Of those at distributors, so many were repacked under a new case number.</summary>
    public required int Repacked { get; init; }

    /// <summary>… in use in hospitals, the spares among them.</summary>
    public required int InUse { get; init; }

    /// <summary>… in hospital stores.</summary>
    public required int InHospitalStores { get; init; }

    /// <summary>… in our service centre.</summary>
    public required int InServiceCentre { get; init; }

    /// <summary>Pumps whose battery nobody recorded: they cannot be excluded.</summary>
    public required int CannotExclude { get; init; }

    /// <summary>Documents that were refused and wait as exceptions.</summary>
    public required int RefusedDocuments { get; init; }

    /// <summary>Pumps that contain a cell of the lot now.</summary>
    public int ContainNow => InWarehouse + InTransit + AtDistributors + InUse + InHospitalStores + InServiceCentre;

    /// <summary>Pumps that ever contained one.</summary>
    public int Ever => BuiltIn + Spares;

    /// <summary>CP-100 pumps altogether.</summary>
    public int InfusionPumps => PumpsBefore + PumpsInWindow + PumpsAfter;

    /// <summary>The demo company.</summary>
    public static readonly Numbers Demo = new()
    {
        Tier = "demo",
        PumpsBefore = 1_700,
        PumpsInWindow = 2_900,
        PumpsAfter = 200,
        SyringePumps = 1_200,
        ImplantLots = 360,
        UnitsPerLot = 50,
        Hospitals = 24,
        HospitalsConcerned = 19,
        LotsPerComponent = 24,
        BuiltIn = 1_146,
        Spares = 31,
        LooseInStore = 12,
        LooseInVan = 6,
        CellsScrappedIncoming = 3,
        CellsScrappedOnLine = 2,
        PumpsScrapped = 9,
        Replaced = 14,
        InWarehouse = 212,
        InTransit = 60,
        ReceiptRefused = 8,
        AtDistributors = 188,
        Repacked = 40,
        InUse = 583,
        InHospitalStores = 74,
        InServiceCentre = 37,
        CannotExclude = 3,
        RefusedDocuments = 23,
    };

    /// <summary>A fiftieth of it, for tests.</summary>
    public static readonly Numbers Small = new()
    {
        Tier = "small",
        PumpsBefore = 34,
        PumpsInWindow = 58,
        PumpsAfter = 4,
        SyringePumps = 24,
        ImplantLots = 8,
        UnitsPerLot = 10,
        Hospitals = 6,
        HospitalsConcerned = 4,
        LotsPerComponent = 4,
        BuiltIn = 24,
        Spares = 3,
        LooseInStore = 2,
        LooseInVan = 1,
        CellsScrappedIncoming = 1,
        CellsScrappedOnLine = 1,
        PumpsScrapped = 1,
        Replaced = 2,
        InWarehouse = 5,
        InTransit = 4,
        ReceiptRefused = 2,
        AtDistributors = 4,
        Repacked = 2,
        InUse = 8,
        InHospitalStores = 2,
        InServiceCentre = 1,
        CannotExclude = 1,
        RefusedDocuments = 3,
    };

    /// <summary>A company with so many infusion pumps and the same story, for load: every number grows alike.</summary>
    public static Numbers Scaled(int times) => Demo with
    {
        Tier = "scale",
        PumpsBefore = Demo.PumpsBefore * times,
        PumpsInWindow = Demo.PumpsInWindow * times,
        PumpsAfter = Demo.PumpsAfter * times,
        SyringePumps = Demo.SyringePumps * times,
        ImplantLots = Demo.ImplantLots * times,
        LotsPerComponent = Demo.LotsPerComponent * times,
    };

    /// <summary>The tier of this name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Numbers Of(string tier) => tier switch
    {
        "demo" => Demo,
        "small" => Small,
        _ => throw new ArgumentException($"There is no tier '{tier}'. Known are demo and small."),
    };
}
