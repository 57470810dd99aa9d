using Microsoft.AspNetCore.Routing.Matching;

namespace Clew.Server.Web;

/// <summary>Marks an endpoint that answers with data: at the same address a page may stand for whoever asks for HTML.</summary>
public sealed class DataMetadata
{
    /// <summary>The mark.</summary>
    public static readonly DataMetadata Instance = new();
}

/// <summary>One address, two forms: a browser gets the page, a program gets the data (RFC 9110 12.5.1, Accept).</summary>
public sealed class ByAccept : MatcherPolicy, IEndpointSelectorPolicy
{
    /// <inheritdoc/>
    public override int Order => 0;

    /// <inheritdoc/>
    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsData);

    /// <inheritdoc/>
    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var wantsPage = WantsPage(httpContext);
        // Only forms of the very same address stand against each other; a page that catches everything else is no form of it.
        int? best = null;
        var hasPage = false;
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i))
            {
                best ??= candidates[i].Score;
                hasPage |= candidates[i].Score == best && !IsData(candidates[i].Endpoint);
            }
        }

        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && hasPage && candidates[i].Score == best && IsData(candidates[i].Endpoint) == wantsPage)
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether a browser asks, for people to read.</summary>
    public static bool WantsPage(HttpContext context) => context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a program would rather have XML than JSON: the first of the two that it names, at the higher quality.</summary>
    public static bool WantsXml(HttpContext context)
    {
        var wanted = context.Request.GetTypedHeaders().Accept.Where(a => a.Quality is not 0 && a.Suffix.Value is "xml" or "json" || a.SubType.Value is "xml" or "json").OrderByDescending(a => a.Quality ?? 1).FirstOrDefault();
        return wanted is not null && (wanted.SubType.Value == "xml" || wanted.Suffix.Value == "xml");
    }

    private static bool IsData(Endpoint endpoint) => endpoint.Metadata.GetMetadata<DataMetadata>() is not null;
}
