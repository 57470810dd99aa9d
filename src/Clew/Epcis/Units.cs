using System.Collections.Frozen;

namespace Clew.Epcis;

/// <summary>
/// Units of measure by their codes of UN/ECE Recommendation 20 (TABLE code, dimension, factor, offset): what is asked in one unit is found
/// in every other of the same dimension. A code that stands in no row is only equal to itself.
/// </summary>
public static class Units
{
    /// <summary>One row: a value in this unit, times the factor, plus the offset, is a value in the dimension's own unit.</summary>
    public sealed record Unit(string Code, string Dimension, double Factor, double Offset = 0);

    // @formatter:off
#pragma warning disable IDE0055
    /// <summary>All rows.</summary>
    public static IReadOnlyList<Unit> All { get; } =
    [
        new("KEL", "temperature", 1), new("CEL", "temperature", 1, 273.15), new("FAH", "temperature", 5d / 9, 459.67 * 5 / 9), new("RAN", "temperature", 5d / 9),

        new("KGM", "mass", 1), new("GRM", "mass", 1e-3), new("MGM", "mass", 1e-6), new("MC", "mass", 1e-9), new("TNE", "mass", 1e3), new("DTN", "mass", 100), new("HGM", "mass", 0.1),
        new("CGM", "mass", 1e-5), new("DG", "mass", 1e-4), new("DJ", "mass", 1e-2), new("LBR", "mass", 0.45359237), new("ONZ", "mass", 0.028349523125), new("APZ", "mass", 0.0311034768), new("STN", "mass", 907.18474), new("LTN", "mass", 1016.0469088), new("GRN", "mass", 64.79891e-6),

        new("MTR", "length", 1), new("KMT", "length", 1e3), new("DMT", "length", 0.1), new("CMT", "length", 1e-2), new("MMT", "length", 1e-3), new("4H", "length", 1e-6), new("C45", "length", 1e-9),
        new("INH", "length", 0.0254), new("FOT", "length", 0.3048), new("YRD", "length", 0.9144), new("SMI", "length", 1609.344), new("NMI", "length", 1852), new("A11", "length", 1e-10),

        new("MTK", "area", 1), new("CMK", "area", 1e-4), new("MMK", "area", 1e-6), new("DMK", "area", 1e-2), new("KMK", "area", 1e6), new("HAR", "area", 1e4), new("ARE", "area", 100), new("INK", "area", 6.4516e-4), new("FTK", "area", 0.09290304), new("YDK", "area", 0.83612736), new("ACR", "area", 4046.8564224),

        new("MTQ", "volume", 1), new("LTR", "volume", 1e-3), new("MLT", "volume", 1e-6), new("CLT", "volume", 1e-5), new("DLT", "volume", 1e-4), new("HLT", "volume", 0.1), new("4G", "volume", 1e-9), new("CMQ", "volume", 1e-6), new("DMQ", "volume", 1e-3), new("MMQ", "volume", 1e-9),
        new("INQ", "volume", 16.387064e-6), new("FTQ", "volume", 0.028316846592), new("YDQ", "volume", 0.764554857984), new("GLL", "volume", 3.785411784e-3), new("GLI", "volume", 4.54609e-3), new("OZA", "volume", 29.5735295625e-6), new("OZI", "volume", 28.4130625e-6), new("PT", "volume", 0.473176473e-3), new("QT", "volume", 0.946352946e-3), new("PTI", "volume", 0.56826125e-3), new("QTI", "volume", 1.1365225e-3),

        new("SEC", "time", 1), new("C26", "time", 1e-3), new("B98", "time", 1e-6), new("C47", "time", 1e-9), new("MIN", "time", 60), new("HUR", "time", 3600), new("DAY", "time", 86400), new("WEE", "time", 604800),

        new("PAL", "pressure", 1), new("A97", "pressure", 100), new("KPA", "pressure", 1e3), new("MPA", "pressure", 1e6), new("BAR", "pressure", 1e5), new("MBR", "pressure", 100), new("ATM", "pressure", 101325), new("PS", "pressure", 6894.757293168), new("HN", "pressure", 133.322387415), new("UA", "pressure", 133.322368421), new("F79", "pressure", 3386.389),

        new("MTS", "speed", 1), new("KMH", "speed", 1 / 3.6), new("HM", "speed", 0.44704), new("KNT", "speed", 1852d / 3600), new("FS", "speed", 0.3048),
        new("MSK", "acceleration", 1), new("A76", "acceleration", 0.01), new("K40", "acceleration", 9.80665), new("A73", "acceleration", 0.3048),

        new("VLT", "voltage", 1), new("2Z", "voltage", 1e-3), new("KVT", "voltage", 1e3), new("D82", "voltage", 1e-6), new("B78", "voltage", 1e6),
        new("AMP", "current", 1), new("4K", "current", 1e-3), new("B84", "current", 1e-6), new("B22", "current", 1e3),
        new("OHM", "resistance", 1), new("B49", "resistance", 1e3), new("B75", "resistance", 1e6), new("E45", "resistance", 1e-3),
        new("FAR", "capacitance", 1), new("C10", "capacitance", 1e-3), new("4O", "capacitance", 1e-6), new("C41", "capacitance", 1e-9), new("4T", "capacitance", 1e-12),
        new("COU", "charge", 1), new("AMH", "charge", 3600), new("E09", "charge", 3.6),
        new("WTT", "power", 1), new("C31", "power", 1e-3), new("KWT", "power", 1e3), new("MAW", "power", 1e6), new("B39", "power", 735.49875),
        new("JOU", "energy", 1), new("KJO", "energy", 1e3), new("3B", "energy", 1e6), new("WHR", "energy", 3600), new("KWH", "energy", 3.6e6), new("D70", "energy", 4.1868), new("K51", "energy", 4186.8), new("BTU", "energy", 1055.05585262),
        new("NEW", "force", 1), new("B47", "force", 1e3), new("B73", "force", 1e6), new("DU", "force", 1e-5), new("C78", "force", 4.4482216152605), new("B37", "force", 9.80665),
        new("HTZ", "frequency", 1), new("KHZ", "frequency", 1e3), new("MHZ", "frequency", 1e6), new("A86", "frequency", 1e9), new("RPM", "frequency", 1 / 60d), new("RPS", "frequency", 1),
        new("P1", "ratio", 0.01), new("C62", "ratio", 1), new("59", "ratio", 1e-6), new("61", "ratio", 1e-9), new("NX", "ratio", 1e-3),
        new("LUX", "illuminance", 1), new("KLX", "illuminance", 1e3), new("CDL", "luminous intensity", 1), new("LUM", "luminous flux", 1),
        new("D54", "irradiance", 1), new("C32", "irradiance", 1e-3), new("D85", "irradiance", 0.01), new("C33", "irradiance", 10),
        new("KMQ", "density", 1), new("23", "density", 1e3), new("GL", "density", 1), new("GP", "density", 1e-6), new("M1", "density", 1e-3), new("A93", "density", 1e-3),
        new("C34", "amount", 1), new("C18", "amount", 1e-3), new("FH", "amount", 1e-6), new("B45", "amount", 1e3),
        new("C38", "concentration", 1e3), new("C36", "concentration", 1), new("M33", "concentration", 1),
        new("DD", "angle", Math.PI / 180), new("C81", "angle", 1), new("D61", "angle", Math.PI / 10800), new("D62", "angle", Math.PI / 648000),
        new("BQL", "radioactivity", 1), new("2Q", "radioactivity", 1e3), new("GBQ", "radioactivity", 1e9), new("4N", "radioactivity", 1e6), new("CUR", "radioactivity", 3.7e10),
        new("A95", "absorbed dose", 1), new("C13", "absorbed dose", 1e-3), new("C80", "absorbed dose", 0.01), new("D13", "dose equivalent", 1), new("C28", "dose equivalent", 1e-3),
        new("AD", "memory", 1), new("2P", "memory", 1e3), new("4L", "memory", 1e6), new("E34", "memory", 1e9),
        new("EA", "count", 1), new("H87", "count", 1), new("PR", "count", 2), new("DZN", "count", 12), new("GRO", "count", 144),
    ];
#pragma warning restore IDE0055
    // @formatter:on

    private static readonly FrozenDictionary<string, Unit> ByCode = All.ToFrozenDictionary(u => u.Code, StringComparer.Ordinal);

    /// <summary>A value in another unit; nothing where the two measure different things.</summary>
    /// <param name="isDifference">A width and not a point on the scale: a deviation of one degree Celsius is one of one Kelvin.</param>
    public static double? Convert(double value, string from, string to, bool isDifference = false)
    {
        if (from == to)
        {
            return value;
        }

        if (!ByCode.TryGetValue(from, out var here) || !ByCode.TryGetValue(to, out var there) || here.Dimension != there.Dimension)
        {
            return null;
        }

        return isDifference ? value * here.Factor / there.Factor : ((value * here.Factor) + here.Offset - there.Offset) / there.Factor;
    }
}
