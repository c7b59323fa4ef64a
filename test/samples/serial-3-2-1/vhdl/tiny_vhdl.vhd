-- tiny for VHDL: the component, and an entity that holds it. Analyse this file with the Verilog of ../rtl in one project.
--
-- Made by espalier 0.0.0: espalier compile test/samples/serial-3-2-1/network.json

library ieee;
use ieee.std_logic_1164.all;

package tiny_component is

  component tiny is
    port (
      aclk          : in  std_logic;
      aresetn       : in  std_logic;
      s_axis_tdata  : in  std_logic_vector(15 downto 0);
      s_axis_tvalid : in  std_logic;
      s_axis_tready : out std_logic;
      s_axis_tlast  : in  std_logic;
      m_axis_tdata  : out std_logic_vector(15 downto 0);
      m_axis_tvalid : out std_logic;
      m_axis_tready : in  std_logic;
      m_axis_tlast  : out std_logic;
      frame_error   : out std_logic
    );
  end component;

end package;

library ieee;
use ieee.std_logic_1164.all;

use work.tiny_component.all;

entity tiny_vhdl is
  port (
    aclk          : in  std_logic;
    aresetn       : in  std_logic;
    s_axis_tdata  : in  std_logic_vector(15 downto 0);
    s_axis_tvalid : in  std_logic;
    s_axis_tready : out std_logic;
    s_axis_tlast  : in  std_logic;
    m_axis_tdata  : out std_logic_vector(15 downto 0);
    m_axis_tvalid : out std_logic;
    m_axis_tready : in  std_logic;
    m_axis_tlast  : out std_logic;
    frame_error   : out std_logic
  );
end entity;

architecture rtl of tiny_vhdl is
begin

  core : component tiny
    port map (
      aclk          => aclk,
      aresetn       => aresetn,
      s_axis_tdata  => s_axis_tdata,
      s_axis_tvalid => s_axis_tvalid,
      s_axis_tready => s_axis_tready,
      s_axis_tlast  => s_axis_tlast,
      m_axis_tdata  => m_axis_tdata,
      m_axis_tvalid => m_axis_tvalid,
      m_axis_tready => m_axis_tready,
      m_axis_tlast  => m_axis_tlast,
      frame_error   => frame_error
    );

end architecture;
