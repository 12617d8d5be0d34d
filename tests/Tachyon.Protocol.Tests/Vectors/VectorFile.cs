using System.Text;
using System.Text.Json.Nodes;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>Where vectors/protocol-v1.json lies and how it is written: one flat object per line, so that a change reads well.</summary>
internal static class VectorFile
{
    internal const string RewriteVariable = "TACHYON_WRITE_VECTORS";

    internal const string HowToRewrite =
        "vectors/protocol-v1.json is not what this build produces. If the protocol changed on purpose, rewrite it with\n"
        + "    " + RewriteVariable + "=1 dotnet test tests/Tachyon.Protocol.Tests --filter VectorFile_AsCommitted\n"
        + "and run the contract tests, which read it too.";

    internal static string Path
    {
        get
        {
            DirectoryInfo? folder = new(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Tachyon.sln")))
            {
                folder = folder.Parent;
            }

            return folder is null
                ? throw new InvalidOperationException($"No Tachyon.sln above {AppContext.BaseDirectory}.")
                : System.IO.Path.Combine(folder.FullName, "vectors", "protocol-v1.json");
        }
    }

    internal static string Format(JsonObject file)
    {
        var text = new StringBuilder("{\n");
        foreach ((int i, KeyValuePair<string, JsonNode?> member) in file.Index())
        {
            text.Append($"  \"{member.Key}\": ");
            if (member.Value is JsonArray array)
            {
                text.Append("[\n    ").AppendJoin(",\n    ", array.Select(item => item!.ToJsonString())).Append("\n  ]");
            }
            else
            {
                text.Append(member.Value!.ToJsonString());
            }

            text.Append(i + 1 < file.Count ? ",\n" : "\n");
        }

        return text.Append("}\n").ToString();
    }
}
