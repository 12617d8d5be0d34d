using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Tachyon.Silo.Console.Serving;

/// <summary>
/// The files of the console that are not pages. They are part of the program, and their addresses name their content, so that a browser
/// keeps them for good and has the right ones after an upgrade.
/// </summary>
internal static class ConsoleAssets
{
    private const string ResourcePrefix = "console/";
    private const int VersionDigits = 16;

    private static readonly FrozenDictionary<string, Asset> Files = Load();

    /// <summary>The address of a file.</summary>
    /// <exception cref="KeyNotFoundException">There is no such file.</exception>
    public static string Url(string name) => $"/assets/{Files[name].Version}/{name}";

    public static void MapAssets(this IEndpointRouteBuilder routes) => routes.MapGet("/assets/{version}/{**name}", (string version, string name, HttpContext http) =>
    {
        if (!Files.TryGetValue(name, out var file) || file.Version != version)
        {
            return Results.NotFound();
        }

        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(file.Content, file.ContentType, entityTag: new EntityTagHeaderValue($"\"{file.Version}\""));
    }).ExcludeFromDescription();

    private static FrozenDictionary<string, Asset> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var files = new Dictionary<string, Asset>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            using var content = new MemoryStream();
            stream.CopyTo(content);
            var bytes = content.ToArray();
            files[resource[ResourcePrefix.Length..].Replace('\\', '/')] = new Asset(bytes, TypeOf(resource), Convert.ToHexStringLower(SHA256.HashData(bytes))[..VersionDigits]);
        }

        return files.ToFrozenDictionary();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };

    private sealed record Asset(byte[] Content, string ContentType, string Version);
}
