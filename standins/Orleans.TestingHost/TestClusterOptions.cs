namespace Orleans.TestingHost;

public class TestClusterOptions
{
    public string ClusterId { get; set; } = null!;

    public string ServiceId { get; set; } = null!;

    public int BaseSiloPort { get; set; }

    public int BaseGatewayPort { get; set; }

    public bool UseTestClusterMembership { get; set; }

    public bool InitializeClientOnDeploy { get; set; }

    public short InitialSilosCount { get; set; }

    public bool ConfigureFileLogging { get; set; } = true;

    public bool AssumeHomogenousSilosForTesting { get; set; }

    public bool GatewayPerSilo { get; set; } = true;

    public List<string?> SiloBuilderConfiguratorTypes { get; } = [];

    public List<string?> ClientBuilderConfiguratorTypes { get; } = [];

    public Dictionary<string, string?> ToDictionary()
    {
        Dictionary<string, string?> result = new()
        {
            [$"Orleans:{nameof(ClusterId)}"] = ClusterId,
            [$"Orleans:{nameof(ServiceId)}"] = ServiceId,
            [nameof(BaseSiloPort)] = BaseSiloPort.ToString(),
            [nameof(BaseGatewayPort)] = BaseGatewayPort.ToString(),
            [nameof(UseTestClusterMembership)] = UseTestClusterMembership.ToString(),
            [nameof(InitializeClientOnDeploy)] = InitializeClientOnDeploy.ToString(),
            [nameof(InitialSilosCount)] = InitialSilosCount.ToString(),
            [nameof(ConfigureFileLogging)] = ConfigureFileLogging.ToString(),
            [nameof(AssumeHomogenousSilosForTesting)] = AssumeHomogenousSilosForTesting.ToString(),
            [nameof(GatewayPerSilo)] = GatewayPerSilo.ToString(),
        };
        for (int i = 0; i < SiloBuilderConfiguratorTypes.Count; i++)
        {
            result[$"{nameof(SiloBuilderConfiguratorTypes)}:{i}"] = SiloBuilderConfiguratorTypes[i];
        }

        for (int i = 0; i < ClientBuilderConfiguratorTypes.Count; i++)
        {
            result[$"{nameof(ClientBuilderConfiguratorTypes)}:{i}"] = ClientBuilderConfiguratorTypes[i];
        }

        return result;
    }
}
