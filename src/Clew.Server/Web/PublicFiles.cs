using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;

namespace Clew.Server.Web;

/// <summary>
/// The style sheet, scripts and pictures of the pages: embedded in this assembly, so that they are there whatever program hosts the
/// server, and addressed by the hash of their bytes, so that a browser asks for each version once.
/// </summary>
public static class PublicFiles
{
    private sealed record File(string Address, string MediaType, byte[] Bytes);

    private const string Folder = "asset/";

    private static readonly FrozenDictionary<string, File> ByName = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).ToFrozenDictionary(n => n[Folder.Length..], Load);

    private static readonly FrozenDictionary<string, File> ByAddress = ByName.Values.ToFrozenDictionary(f => f.Address);

    /// <summary>Where the file of this name is.</summary>
    public static string Address(string name) => ByName[name].Address;

    /// <summary>Adds the endpoint.</summary>
    public static void MapPublicFiles(this IEndpointRouteBuilder app) => app.MapGet("/assets/{name}", Serve).AllowAnonymous().ExcludeFromDescription();

    private static async Task Serve(HttpContext context)
    {
        if (!ByAddress.TryGetValue(context.Request.Path.Value!, out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = file.MediaType;
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.BodyWriter.WriteAsync(file.Bytes, context.RequestAborted);
    }

    private static File Load(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var (name, extension) = (Path.GetFileNameWithoutExtension(resource), Path.GetExtension(resource));
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes))[..12];
        var mediaType = extension switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            ".svg" => "image/svg+xml",
            _ => throw new InvalidOperationException($"{resource}: no media type is known for it."),
        };
        return new File($"/assets/{name}.{hash}{extension}", mediaType, bytes);
    }
}
