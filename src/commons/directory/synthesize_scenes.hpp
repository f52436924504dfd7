// SPDX-License-Identifier: AGPL-3.0-or-later
// The words of synthesize.cpp: kinds of services with plain English and Spanish, and made-up names.
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace daybreak::directory {

struct SceneKind {
  std::string_view needs;  // codes of the need tree
  std::string_view english, spanish, about, about_spanish;
  std::string_view suitability;
  std::string_view rule;  // eligibility, JSON
  bool open_all_day = false, hidden_place = false;
};

inline constexpr std::array<SceneKind, 24> kSceneKinds = {{
    {"safety.hotline support.trafficking", "Crisis hotline", "Línea de crisis",
     "Talk, text or chat with a trained advocate.",
     "Hable, escriba o chatee con una persona capacitada.",
     "sex_trafficking labor_trafficking adults minors", "", true},
    {"safety.tonight housing.shelter", "Emergency shelter", "Albergue de emergencia",
     "A bed for tonight, meals and a safe place to think.",
     "Una cama para esta noche, comida y un lugar seguro.",
     "sex_trafficking labor_trafficking adults women dependants",
     R"({"all": [{"age": {"min": 18}}, {"gender": ["female", "transgender", "nonbinary"]}]})", true,
     true},
    {"housing.trafficking housing.transitional", "Safe house for trafficking survivors",
     "Casa segura para sobrevivientes de trata", "Up to two years of housing with case management.",
     "Hasta dos años de vivienda con apoyo.", "sex_trafficking labor_trafficking adults women men",
     R"({"all": [{"age": {"min": 18}}, {"trafficking": ["sex", "labor"]}]})", false, true},
    {"housing.youth safety.tonight", "Youth shelter", "Albergue para jóvenes",
     "Beds and support for young people on their own.", "Camas y apoyo para jóvenes.",
     "sex_trafficking labor_trafficking minors", R"({"age": {"min": 14, "max": 20}})", true, true},
    {"housing.dv safety.leave", "Domestic violence shelter", "Refugio por violencia doméstica",
     "Shelter, safety planning and court support.",
     "Refugio, plan de seguridad y apoyo en la corte.", "adults women dependants",
     R"({"any": [{"gender": ["female", "transgender"]}, {"dependants": true}]})", true, true},
    {"legal.immigration legal.tvisa legal.uvisa legal.cp", "Immigration legal help",
     "Ayuda legal de inmigración", "T and U visas, continued presence and family petitions.",
     "Visas T y U, presencia continua y peticiones familiares.",
     "sex_trafficking labor_trafficking adults minors", R"({"trafficking": ["sex", "labor"]})"},
    {"legal.wages legal.workers work.rights", "Workers' legal clinic",
     "Clínica legal para trabajadores", "Unpaid wages, contracts and retaliation.",
     "Salarios no pagados, contratos y represalias.", "labor_trafficking adults men women",
     R"({"age": {"min": 16}})"},
    {"legal.vacatur legal.defense", "Record clearing for survivors", "Limpieza de antecedentes",
     "Asks courts to set aside convictions that came from trafficking.",
     "Pide a la corte anular condenas causadas por la trata.",
     "sex_trafficking labor_trafficking adults", R"({"trafficking": ["sex", "labor"]})"},
    {"support.case support.trafficking", "Case management for survivors", "Manejo de casos",
     "One person who helps with plans, papers and appointments.",
     "Una persona que ayuda con planes, papeles y citas.",
     "sex_trafficking labor_trafficking adults women men transgender", ""},
    {"mental.trauma mental.counseling", "Trauma counseling", "Consejería de trauma",
     "Counseling by people who know trauma.", "Consejería por personas que conocen el trauma.",
     "sex_trafficking labor_trafficking adults minors", ""},
    {"health.sane health.emergency", "Forensic nurse examination", "Examen forense de enfermería",
     "An examination with your consent; you decide what happens next.",
     "Un examen con su permiso; usted decide qué sigue.",
     "sex_trafficking adults minors women men transgender", "", true},
    {"health.clinic health.sti", "Community health clinic", "Clínica de salud comunitaria",
     "Doctor visits, tests and vaccines on a sliding scale.",
     "Consultas, pruebas y vacunas con pago según ingreso.", "adults minors", ""},
    {"health.farmworker health.work", "Farmworker clinic", "Clínica para trabajadores del campo",
     "Mobile clinic that comes to camps and farms.",
     "Clínica móvil que visita campamentos y granjas.", "labor_trafficking adults men women", ""},
    {"substance.treatment substance.medication", "Substance use treatment",
     "Tratamiento por consumo de sustancias", "Treatment with medication and counseling.",
     "Tratamiento con medicamentos y consejería.", "adults", R"({"age": {"min": 18}})"},
    {"food.pantry food.hygiene", "Food pantry", "Despensa de alimentos",
     "Groceries and hygiene items, no papers asked.", "Alimentos e higiene, sin pedir papeles.",
     "adults minors dependants", ""},
    {"money.compensation justice.advocate", "Help with victim compensation",
     "Ayuda con compensación para víctimas", "Forms and appeals for victim compensation.",
     "Formularios y apelaciones de compensación.",
     "sex_trafficking labor_trafficking adults minors", ""},
    {"work.training work.find", "Job training", "Capacitación laboral",
     "Paid training and help to find work.", "Capacitación pagada y ayuda para encontrar trabajo.",
     "adults", R"({"age": {"min": 17}})"},
    {"education.english education.ged", "English and high school classes",
     "Clases de inglés y secundaria", "Morning and evening classes.",
     "Clases de mañana y de noche.", "adults", ""},
    {"children.care children.parenting", "Child care and parenting support",
     "Cuidado de niños y apoyo a padres", "Child care during appointments and classes.",
     "Cuidado de niños durante citas y clases.", "dependants adults", R"({"dependants": true})"},
    {"children.cac justice.report", "Child advocacy center", "Centro de defensa infantil",
     "One place where a child tells what happened once.",
     "Un lugar donde el niño cuenta lo ocurrido una sola vez.",
     "sex_trafficking labor_trafficking minors", R"({"age": {"max": 17}})"},
    {"support.interpreter", "Interpreters", "Intérpretes",
     "Interpreters by phone and in person in many languages.",
     "Intérpretes por teléfono y en persona.", "adults minors", "", true},
    {"support.transport safety.ride", "Rides to safety", "Transporte seguro",
     "Rides to shelters, courts and clinics.", "Transporte a refugios, cortes y clínicas.",
     "adults minors dependants", ""},
    {"support.lgbtq support.youth", "LGBTQ+ support", "Apoyo LGBTQ+",
     "Groups, housing help and health care links.", "Grupos, ayuda de vivienda y salud.",
     "sex_trafficking adults minors transgender", ""},
    {"support.native housing.family", "Native families program", "Programa para familias nativas",
     "Support by and for Native families.", "Apoyo de y para familias nativas.",
     "adults minors dependants", ""},
}};

inline constexpr std::array<std::string_view, 12> kFirstWords = {
    "Willow", "Harbor", "Lantern", "Maple",   "River",  "Morning",
    "Cedar",  "Bridge", "Orchard", "Granite", "Meadow", "Beacon"};
inline constexpr std::array<std::string_view, 10> kSecondWords = {
    "Path", "House", "Gate", "Hands", "Way", "Light", "Field", "Shore", "Step", "Circle"};
inline constexpr std::array<std::string_view, 6> kThirdWords = {
    "Center", "Alliance", "Services", "Project", "Network", "Collaborative"};
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kLanguages = {
    {{"Spanish", "spa"},
     {"Arabic", "ara"},
     {"Burmese", "mya"},
     {"Somali", "som"},
     {"Nepali", "nep"},
     {"Haitian Creole", "hat"},
     {"Chinese", "zho"},
     {"American Sign Language", "ase"}}};

}  // namespace daybreak::directory
