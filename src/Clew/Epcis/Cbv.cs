using System.Collections.Frozen;

namespace Clew.Epcis;

/// <summary>
/// A list of words of the Core Business Vocabulary 2.0 and the ways to write one: the bare word (JSON), a prefixed name, a web address,
/// a URN (XML). What is in no list must be a URI of the sender's own.
/// </summary>
public sealed class Cbv
{
    private const string Vocabulary = "https://gs1.org/voc/";

    private readonly string curie;
    private readonly FrozenSet<string> words;

    private Cbv(string name, string web, string? urn, params IReadOnlyList<string> words)
    {
        Name = name;
        Web = web;
        Urn = urn is null ? null : $"urn:epcglobal:cbv:{urn}:";
        curie = web.StartsWith(Vocabulary, StringComparison.Ordinal) ? "gs1:" : "cbv:" + web["https://ref.gs1.org/cbv/".Length..];
        Words = words;
        this.words = words.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Business steps.</summary>
    public static Cbv BizStep { get; } = new("bizStep", "https://ref.gs1.org/cbv/BizStep-", "bizstep",
        "accepting", "arriving", "assembling", "collecting", "commissioning", "consigning", "creating_class_instance", "cycle_counting", "decommissioning", "departing",
        "destroying", "disassembling", "dispensing", "encoding", "entering_exiting", "holding", "inspecting", "installing", "killing", "loading", "other", "packing", "picking",
        "receiving", "removing", "repackaging", "repairing", "replacing", "reserving", "retail_selling", "sampling", "sensor_reporting", "shipping", "staging_outbound",
        "stock_taking", "stocking", "storing", "transporting", "unloading", "unpacking", "void_shipping");

    /// <summary>Dispositions.</summary>
    public static Cbv Disposition { get; } = new("disposition", "https://ref.gs1.org/cbv/Disp-", "disp",
        "active", "available", "completeness_inferred", "completeness_verified", "conformant", "container_closed", "container_open", "damaged", "destroyed", "dispensed",
        "disposed", "encoded", "expired", "in_progress", "in_transit", "inactive", "mismatch_class", "mismatch_instance", "mismatch_quantity", "needs_replacement",
        "no_pedigree_match", "non_conformant", "non_sellable_other", "partially_dispensed", "recalled", "reserved", "retail_sold", "returned", "sellable_accessible",
        "sellable_not_accessible", "stolen", "unavailable", "unknown");

    /// <summary>Types of business transactions.</summary>
    public static Cbv BizTransaction { get; } = new("bizTransaction type", "https://ref.gs1.org/cbv/BTT-", "btt",
        "bol", "cert", "desadv", "inv", "pedigree", "po", "poc", "prodorder", "recadv", "rma", "testprd", "testres", "upevt");

    /// <summary>Types of sources and destinations.</summary>
    public static Cbv SourceDestination { get; } = new("source or destination type", "https://ref.gs1.org/cbv/SDT-", "sdt", "location", "owning_party", "possessing_party");

    /// <summary>Reasons of an error declaration.</summary>
    public static Cbv ErrorReason { get; } = new("error reason", "https://ref.gs1.org/cbv/ER-", "er", "did_not_occur", "incorrect_data");

    /// <summary>Parts of a measurement that has several.</summary>
    public static Cbv Component { get; } = new("component", "https://ref.gs1.org/cbv/Comp-", null,
        "x", "y", "z", "axial_distance", "azimuth", "height", "spherical_radius", "polar_angle", "elevation_angle", "easting", "northing", "latitude", "longitude", "altitude");

    /// <summary>What a sensor may report besides a measurement.</summary>
    public static Cbv Alert { get; } = new("exception", Vocabulary, null, "ALARM_CONDITION", "ERROR_CONDITION");

    /// <summary>What a sensor measures (GS1 Web Vocabulary).</summary>
    public static Cbv Measurement { get; } = new("measurement type", Vocabulary, null,
        "AbsoluteHumidity", "AbsorbedDose", "AbsorbedDoseRate", "Acceleration", "Radioactivity", "Altitude", "AmountOfSubstance", "AmountOfSubstancePerUnitVolume", "Angle",
        "AngularAcceleration", "AngularMomentum", "AngularVelocity", "Area", "Capacitance", "Conductance", "Conductivity", "Count", "Density", "Dimensionless", "DoseEquivalent",
        "DoseEquivalentRate", "DynamicViscosity", "ElectricCharge", "ElectricCurrent", "ElectricCurrentDensity", "ElectricFieldStrength", "Energy", "Exposure", "Force", "Frequency",
        "Illuminance", "Inductance", "Irradiance", "KinematicViscosity", "Length", "LinearMomentum", "Luminance", "LuminousFlux", "LuminousIntensity", "MagneticFlux",
        "MagneticFluxDensity", "MagneticVectorPotential", "Mass", "MassConcentration", "MassFlowRate", "MassPerAreaTime", "MemoryCapacity", "MolalityOfSolute", "MolarEnergy",
        "MolarMass", "MolarVolume", "Power", "Pressure", "RadiantFlux", "RadiantIntensity", "RelativeHumidity", "Resistance", "Resistivity", "SolidAngle", "SpecificVolume",
        "Speed", "SurfaceDensity", "SurfaceTension", "Temperature", "Time", "Torque", "Voltage", "Volume", "VolumeFlowRate", "VolumeFraction", "VolumetricFlux", "Wavenumber");

    /// <summary>What the list is of.</summary>
    public string Name { get; }

    /// <summary>The bare words.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>What stands before the word in its web address.</summary>
    public string Web { get; }

    /// <summary>What stands before the word in its URN; nothing for lists that came with EPCIS 2.0, which have none.</summary>
    public string? Urn { get; }

    /// <summary>The bare word of any form, or the sender's own URI as it is; nothing for a word that is in no list.</summary>
    public string? Read(string text)
    {
        if (words.Contains(text))
        {
            return text;
        }

        foreach (var stem in (ReadOnlySpan<string?>)[Web, Urn, curie])
        {
            if (stem is not null && text.StartsWith(stem, StringComparison.Ordinal) && words.Contains(text[stem.Length..]))
            {
                return text[stem.Length..];
            }
        }

        return text.Contains(':', StringComparison.Ordinal) && !IsOfTheStandard(text) ? text : null;
    }

    /// <summary>Whether it is one of the list's bare words.</summary>
    public bool Has(string text) => words.Contains(text);

    /// <summary>The word or URI as JSON writes it: bare where it is in the list.</summary>
    public string AsWord(string text) => Read(text) ?? text;

    /// <summary>The word or URI as a whole web address.</summary>
    public string AsWeb(string text) => Read(text) is { } word && words.Contains(word) ? Web + word : text;

    /// <summary>The word or URI as XML writes it: as a URN where there is one.</summary>
    public string AsUrn(string text) => Read(text) is { } word && words.Contains(word) ? (Urn ?? Web) + word : text;

    // The vocabulary's own namespaces are closed: a word that is not in them cannot be named by them.
    private static bool IsOfTheStandard(string text) =>
        text.StartsWith("urn:epcglobal:cbv:", StringComparison.Ordinal) || text.StartsWith("https://ns.gs1.org/cbv/", StringComparison.Ordinal) || text.StartsWith("http://ns.gs1.org/cbv/", StringComparison.Ordinal);
}
