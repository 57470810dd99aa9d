using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;

namespace Clew.Server.Integration.Epcis;

/// <summary>Whether all text in a value is text: JSON may be well formed and yet hold bytes that are no UTF-8, or half a surrogate pair.</summary>
internal static class JsonText
{
    /// <summary>Looked at once, so that what reads the value may take its names and strings as they come.</summary>
    public static bool IsWhole(JsonElement value)
    {
        var bytes = JsonMarshal.GetRawUtf8Value(value);
        return Utf8.IsValid(bytes) && ((bytes.IndexOf("\\ud"u8) < 0 && bytes.IndexOf("\\uD"u8) < 0) || HasWholePairs(value));
    }

    private static bool HasWholePairs(JsonElement value)
    {
        try
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    return value.EnumerateObject().All(m => m.Name is not null && HasWholePairs(m.Value));
                case JsonValueKind.Array:
                    return value.EnumerateArray().All(HasWholePairs);
                default:
                    _ = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
                    return true;
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
